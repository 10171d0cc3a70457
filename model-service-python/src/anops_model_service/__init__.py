"""The model-service: servicer, supervisor, workers, and the Python runtime."""
