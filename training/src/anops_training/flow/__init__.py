"""The flow itself, in a folder of its own: Metaflow puts the folder of a flow first on the path of its steps."""
