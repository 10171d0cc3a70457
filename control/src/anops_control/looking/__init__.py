"""A look at a running service: its figures, its speed under load, and how a column moves its predictions."""
