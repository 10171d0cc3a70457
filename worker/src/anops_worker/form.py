"""The form in which an object's own `predict` takes its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Form:
    """A way to hand rows over.

    Attributes:
        name: What it is called.
        suit: Takes the fitted object and a DataFrame of the schema's columns; returns what `predict` takes.
        code: Returns the Python that does the same to `data`, for a project's own `predict_model`; None where nothing
            is to be done.
        is_plain: Whether a person who writes `predict_model` need not know of it.
    """

    name: str
    suit: Callable[[Any, Any], Any]
    code: Callable[[Any], str | None] = lambda _: None
    is_plain: bool = True


FRAME = Form("frame", lambda _, data: data)
"""The DataFrame as it is."""
