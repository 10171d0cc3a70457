"""Monitoring: whether rows, predictions and errors are still those that a model was fitted with."""
