"""Side effects, one module per counterpart."""
