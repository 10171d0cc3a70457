"""The list of all verbs, from which the command line and the control service are made."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from anops_control.verbs.verb import Verb

NAMES = ("build", "check", "client", "config", "init", "predict", "refit", "run", "serve")
"""Their names, each that of its module here."""


def verb(name: str) -> Verb[Any, Any]:
    """Return a verb; only what it needs is imported."""
    return cast("Verb[Any, Any]", import_module(f"anops_control.verbs.{name}").VERB)
