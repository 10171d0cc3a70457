"""Finds column names with a dot that are not in quotes, which TOML reads as nested tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from anops_model_interface.schema import ColumnSpec, ColumnType, OptionSpec
from anops_model_interface.tables import key_names
from anops_project.project import CONFIG_NAME

from anops_control.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration.positions import Positions

_TYPES = frozenset(get_args(ColumnType))
_SPEC_KEYS = frozenset(key_names(ColumnSpec)) | frozenset(key_names(OptionSpec))
_WORDS = frozenset({"type", "description", "unit", "timezone", "resolution", "missing", "novel", "infinite", "default"})
"""Keys of a column whose value may be text."""

_KINDS = {"inputs": "column", "outputs": "column", "options": "option"}


def take_out_dotted_columns(tables: dict[str, Any], positions: Positions) -> list[Finding]:
    """Report each unquoted dotted column, and remove it so that it is not reported as something else.

    Args:
        tables: The tables of `ao.toml`; changed in place.
        positions: Where its keys stand.
    """
    findings: list[Finding] = []
    model = tables.get("model")
    if not isinstance(model, dict):
        return findings
    for section, kind in _KINDS.items():
        columns = model.get(section)
        if not isinstance(columns, dict):
            continue
        for name in list(columns):
            dotted = list(_dotted((name,), columns[name]))
            for parts, spec in dotted:
                findings.append(_finding(kind, ("model", section), parts, spec, positions))
                _remove(columns, parts)
            if dotted and columns[name] == {}:
                del columns[name]
    return findings


def _dotted(parts: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield each column that TOML has nested below another name."""
    if not isinstance(value, dict):
        return
    for key, below in value.items():
        here = (*parts, key)
        if isinstance(below, dict):
            deeper = list(_dotted(here, below))
            if deeper:
                yield from deeper
            elif below:
                yield here, below
        elif isinstance(below, str) and _is_type(key, below, beside_type="type" in value):
            yield here, below


def _is_type(key: str, text: str, *, beside_type: bool) -> bool:
    if key in _WORDS:
        return False
    return text in _TYPES or (not beside_type and key not in _SPEC_KEYS)


def _remove(columns: dict[str, Any], parts: tuple[str, ...]) -> None:
    *above, last = parts
    tables = [columns]
    for part in above:
        tables.append(tables[-1][part])
    del tables[-1][last]
    for part, table in zip(reversed(above[1:]), reversed(tables[1:-1]), strict=True):
        if table[part] == {}:
            del table[part]


def _finding(kind: str, base: tuple[str, ...], parts: tuple[str, ...], spec: object, positions: Positions) -> Finding:
    name = ".".join(parts)
    place = positions.keys.get((*base, *parts)) or positions.key((*base, parts[0]))
    first = positions.keys.get((*base, parts[0]))
    if place and first and first.line == place.line:
        place = first
    written = f'"{spec}"' if isinstance(spec, str) else "{ " + ", ".join(_pairs(spec)) + " }"
    return Finding(
        rule="configuration",
        severity=Severity.ERROR,
        message=f"The {kind} `{name}` must be in quotes, because its name has a dot.",
        remedy=f'Write `"{name}" = {written}` under `[{".".join(base)}]`.',
        file=CONFIG_NAME,
        line=place.line if place else None,
        column=place.column if place else None,
        key=f'{".".join(base)}."{name}"',
    )


def _pairs(spec: object) -> Iterator[str]:
    if isinstance(spec, dict):
        for key, value in spec.items():
            yield f'{key} = "{value}"' if isinstance(value, str) else f"{key} = …"
