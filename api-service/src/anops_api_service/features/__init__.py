"""Features that requests leave out, looked up by the key of who they are about."""
