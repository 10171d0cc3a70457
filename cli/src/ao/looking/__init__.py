"""How a running service is shown."""
