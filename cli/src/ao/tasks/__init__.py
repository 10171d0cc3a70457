"""Shows what tasks do."""
