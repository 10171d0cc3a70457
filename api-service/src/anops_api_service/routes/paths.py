"""The paths of one model: it is asked without its name where it is the default, else by name, or name and version."""

from __future__ import annotations

PREFIXES = ("", "/models/{name}", "/models/{name}/versions/{version}")
"""What stands before all paths of a model."""
