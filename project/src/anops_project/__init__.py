"""A model project: its ao.toml, what its model says of itself, and its reference rows."""
