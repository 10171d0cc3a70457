"""The version of the REST interface, which is that of AnOps: the file VERSION has it, and all packages take it."""

from __future__ import annotations

from importlib.metadata import version

API_VERSION = version("anops-api-service")
"""Three numbers, as Semantic Versioning has them: the first goes up where a client has to change."""
