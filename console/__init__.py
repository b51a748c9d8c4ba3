"""The HTTP service of the clinic (begins with a later change)."""
