"""A decoder of bodies that is compiled from a schema's columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnSpec

_TYPES: Mapping[str, Any] = {
    "number": float | Literal["Inf", "-Inf"] | None,
    "integer": int | float | None,
    "boolean": bool | None,
    "category": str | int | float | None,
}
_UNNAMEABLE = re.compile(r'["\\\x00-\x1f]')
"""Characters that msgspec has in no field's name; bodies with such columns are read slowly."""
_NOTHING = Annotated[int, msgspec.Meta(gt=0, lt=0)]
"""What no JSON is."""


def decoder(inputs: Mapping[str, ColumnSpec], *, forbid: bool) -> msgspec.json.Decoder[Any]:
    """Return a decoder of rows and of columns.

    Args:
        inputs: The columns; more than about 500 would make it slow.
        forbid: Whether a body with other columns is refused.
    """
    kinds = [(f"c{i}", _TYPES.get(spec.type, str | None)) for i, spec in enumerate(inputs.values())]
    rename = {f"c{i}": name for i, name in enumerate(inputs)}
    if any(_UNNAMEABLE.search(name) for name in inputs):
        return msgspec.json.Decoder(_NOTHING)
    row = msgspec.defstruct("Row", kinds, rename=rename, forbid_unknown_fields=forbid, gc=False)
    # made at run time, so that no type checker can follow them
    lists: list[tuple[str, Any]] = [(name, list[kind]) for name, kind in kinds]  # type: ignore[valid-type]
    columns = msgspec.defstruct("Columns", lists, rename=rename, forbid_unknown_fields=forbid)
    data: Any = list[row] | columns  # type: ignore[valid-type]
    fields: list[Any] = [("data", data), ("options", dict[str, Any] | None, None)]
    return msgspec.json.Decoder(msgspec.defstruct("Body", fields, forbid_unknown_fields=True))
