"""The way to a model-service, or to any server of the protocol: whether it is there, and its answers."""
