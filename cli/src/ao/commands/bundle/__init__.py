"""`ao bundle`: the code and data of experiments as one artifact in a registry."""
