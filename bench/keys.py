"""One ring of keys for a measurement and the processes that it starts."""

from config.key_ring import KeyRing, a_new_key, keys_in

KEYS = a_new_key("bench").strip()
"""As WAYMARK_KEYS has them."""

RING = KeyRing(keys_in(KEYS))
