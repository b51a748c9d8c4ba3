"""What a site edits, and the loaders that check it."""
