"""A simulated phone network that stands in for Twilio's REST API.

Run it with ``python -m simulator --port 9010 --state-dir DIR`` and point Twilio's own client at
it with ``client.api.base_url``. What phones received is kept in DIR and survives a restart.

Numbers that behave on their own, so that an example needs no set-up:

* Twilio's magic numbers: to ``+15005550001`` invalid, ``…0002`` unroutable, ``…0003`` country not
  permitted, ``…0004`` opted out, ``…0009`` not a mobile; from ``+15005550001`` invalid, ``…0007``
  not ours, ``…0008`` queue full, ``…0006`` good.
* In every North American area code, the numbers kept for fiction, ``+1 NXX 555 01yy``:
  yy = 90 switched off, 91 blocked, 92 unknown handset, 93 carrier unreachable, 94 filtered,
  95 carrier error, 96 received but never receipted, 97 opted out, 98 invalid, 99 landline.

Every other number is an ordinary mobile. A declaration made with ``PUT /_sim/phones/{number}``
wins over these rules.

What it posts, signed as Twilio signs:

* Delivery callbacks, for every status after the initial one, to a create's StatusCallback. How
  often and how long it tries is in the URL's fragment (``#rc=5&rp=all&ct=2000&rt=5000``), as
  Twilio has it: without one, it tries again once, and only when it could not connect.
* What is written on a phone, on the page or with ``POST /_sim/phones/{number}/replies``, to the
  webhook that ``--inbound-url`` or ``PUT /_sim/inbound`` names. TwiML in its answer is ignored.

A text of one word that carriers act on (STOP, START, HELP and their kin) sets or lifts the
opt-out from the number it was written to, is answered by the network itself, and reaches the
webhook all the same. With ``--advanced-opt-out`` the webhook then carries OptOutType.

Faults go by script, ``POST /_sim/faults``, or by chance, ``--random-faults SHARE --seed N`` or
``PUT /_sim/random``. Each is counted when it has really happened: ``GET /_sim/faults`` and
``GET /_sim/random``. Webhooks with all their attempts are at ``GET /_sim/webhooks``;
``POST /_sim/webhooks/hurry`` ends their waiting. Texts, opt-outs, what was written and what is
still to be posted outlive a restart; faults and counters do not.

``--segments-per-second N`` gives each number the queue of a long code: a segment takes its time,
and a create that would wait for more than ten hours is refused with 21611.

The control API lies under ``/_sim/`` and asks for no credentials: this is a toy network for one
machine, and must never be reachable from another.
"""
