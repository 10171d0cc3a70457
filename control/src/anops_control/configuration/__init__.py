"""The configuration of a project: `ao.toml`, environment variables and flags, checked together."""

from __future__ import annotations

from anops_control.configuration.loading import Configuration, load
from anops_control.configuration.locating import find_project

__all__ = ["Configuration", "find_project", "load"]
