"""The time-series store: what was observed since a model was fitted, and what was forecast."""
