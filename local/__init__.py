"""The local stand: everything make run starts, and where it comes from."""
