"""Requests that come as JSON: read strictly, and described by a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.flags import words_of
from pydantic import ConfigDict, TypeAdapter

if TYPE_CHECKING:
    from pydantic import ValidationError


def adapter(request: type[Any]) -> TypeAdapter[Any]:
    """Return what reads and describes a kind of request."""
    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    request.__pydantic_config__ = config  # where pydantic looks for it
    return TypeAdapter(request)


def faults_of(error: ValidationError, *, below: int = 0) -> list[str]:
    """Return a line for each fault of a request.

    Args:
        error: What is wrong.
        below: How many parts of a key the person has not written.
    """
    lines = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"][below:])
        match fault["type"]:
            case "missing" | "missing_argument" | "missing_keyword_only_argument":
                lines.append(f"`{key}` is missing.")
            case "unexpected_keyword_argument" | "extra_forbidden":
                lines.append(f"`{key}` is not known.")
            case _:
                said = words_of(fault)
                lines.append(f"`{key}` is {fault['input']!r}: {said[0].lower()}{said[1:]}.")
    return lines
