"""The R runtime of the AnOps model-service."""
