"""Bundles: the code and the data of experiments as one OCI artifact, the same digest for the same content."""
