"""The vocabulary that both ends of the model-interface share."""
