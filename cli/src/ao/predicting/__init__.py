"""Shows predictions."""
