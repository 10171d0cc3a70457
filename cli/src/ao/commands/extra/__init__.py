"""`ao extra`: what can be added to `ao`."""
