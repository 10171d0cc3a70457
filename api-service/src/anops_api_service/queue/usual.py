"""Warnings that come for any rows at all: no request of a batch has a part in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_model_interface.frames import Warn

Usual = frozenset[tuple[str, str | None]]
"""Message and call of each."""


def is_usual(warn: Warn, usual: Usual) -> bool:
    """Say whether a warning would have come for other rows too."""
    return (warn.message, warn.call) in usual
