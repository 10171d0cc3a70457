"""Clusters on which simulations run: brought up from a provider in YAML, found again, and taken down."""
