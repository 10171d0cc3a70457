"""The command line of AnOps."""
