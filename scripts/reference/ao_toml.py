"""The keys of `ao.toml`, from its sections."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec, OptionSpec
from anops_project import registry
from pydantic import TypeAdapter

from reference.markdown import table, type_text, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.tables import Table

REFS = {"ColumnSpec": "[column](#a-column)", "OptionSpec": "[option](#an-option)"}
_HEADINGS = ("Key", "Type", "Default", "Meaning")


def sections() -> str:
    """Return a table for each section."""
    parts: list[str] = []
    for name, kind in registry.sections().items():
        heading = f"`[{name}.NAME]`" if kind.about.one else f"`[{name}]`"
        parts.append(f"## {heading}\n\n{kind.about.description}\n\n{keys(kind)}")
    return "\n".join(parts)


def column() -> str:
    """Return the table of what a column can say."""
    return keys(ColumnSpec)


def option() -> str:
    """Return the table of what an option can say."""
    return keys(OptionSpec)


def keys(kind: type[Table]) -> str:
    """Return a table with a row for each key."""
    properties = TypeAdapter(kind).json_schema()["properties"]
    rows = [
        (f"`{each.name}`", type_text(properties[each.name], REFS), default_text(each), _meaning(properties[each.name]))
        for each in fields(kind)  # type: ignore[arg-type]
    ]
    return table(_HEADINGS, rows)


def default_text(key: Any) -> str:  # noqa: ANN401  dataclasses.Field
    """Say what a key is where it is not set."""
    if key.default_factory is not MISSING:
        return value_text({}) if key.default_factory is dict else "computed"
    return "required" if key.default is MISSING else value_text(key.default)


def _meaning(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))
