"""`ao data`: datasets, kept with versions and descriptions."""
