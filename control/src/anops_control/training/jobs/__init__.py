"""Trainings as jobs of a provider: their steps run in a container of the project's image."""
