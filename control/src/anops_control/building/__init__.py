"""Builds, tests and pushes a project's image; the one home of the Docker SDK."""
