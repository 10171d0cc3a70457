"""The queue before one model: what waits, what goes together, and in pieces of which size."""
