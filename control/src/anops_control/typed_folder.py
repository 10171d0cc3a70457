"""How a person names the project's folder, for commands that are printed for them."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

named_by: ContextVar[Callable[[], str] | None] = ContextVar("named_by", default=None)
"""Gives the folder as it is seen from where the person is."""


def typed_folder() -> str:
    """Return the folder of the project that is worked on; "." where nothing is known of where the person is."""
    name = named_by.get()
    return "." if name is None else name()
