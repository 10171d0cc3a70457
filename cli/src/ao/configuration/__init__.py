"""The configuration of a project: `ao.toml`, environment variables and flags, checked together."""

from __future__ import annotations

from ao.configuration.loading import Configuration, load
from ao.configuration.locating import find_project

__all__ = ["Configuration", "find_project", "load"]
