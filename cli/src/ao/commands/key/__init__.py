"""`ao key …`: the keys of a service."""
