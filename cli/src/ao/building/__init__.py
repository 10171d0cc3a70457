"""Shows what a build does."""
