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

The control API lies under ``/_sim/`` and asks for no credentials: this is a toy network for one
machine, and must never be reachable from another.
"""
