"""Writes values as R code, so that R reads a configuration without any package."""

from __future__ import annotations

import math

_LARGEST_INTEGER = 2**31 - 1


def r_value(value: object) -> str:  # noqa: PLR0911  a case each
    """Return R code for a value: tables become named lists, lists of one kind become vectors."""
    if isinstance(value, dict):
        return f"list({', '.join(f'{_name(key)} = {r_value(each)}' for key, each in value.items())})"
    if isinstance(value, list | tuple):
        kinds = {type(each) for each in value}
        if kinds and (len(kinds) == 1 or kinds == {int, float}) and kinds <= {bool, int, float, str}:
            return f"c({', '.join(map(r_value, value))})"
        return f"list({', '.join(map(r_value, value))})"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return f"{value}L" if abs(value) <= _LARGEST_INTEGER else str(value)
    if isinstance(value, float):
        return _number(value)
    return _text(str(value))


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return repr(value)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped.replace(chr(9), chr(92) + "t").replace(chr(0), "")}"'


def _name(key: object) -> str:
    escaped = str(key).replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"
