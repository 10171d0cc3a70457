"""The keys of `ao.toml`, from the pydantic sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec, OptionSpec
from ao.configuration.sections.task import TaskSection
from ao.configuration.tables import Tables
from pydantic import BaseModel

from reference.markdown import table, type_text, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

REFS = {"ColumnSpec": "[column](#a-column)", "OptionSpec": "[option](#an-option)"}
_HEADINGS = ("Key", "Type", "Default", "Meaning")


def sections() -> str:
    """Return a table for each section."""
    parts: list[str] = []
    for name, info in Tables.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            heading, section = f"`[{name}]`", info.annotation
        else:
            heading, section = f"`[{name}.NAME]`", TaskSection
        parts.append(f"## {heading}\n\n{info.description}\n\n{keys(section)}")
    return "\n".join(parts)


def column() -> str:
    """Return the table of what a column can say."""
    return keys(ColumnSpec)


def option() -> str:
    """Return the table of what an option can say."""
    return keys(OptionSpec)


def keys(section: type[BaseModel]) -> str:
    """Return a table with a row for each key of a section."""
    properties = section.model_json_schema()["properties"]
    rows = [
        (f"`{name}`", type_text(properties[name], REFS), default_text(info), _meaning(properties[name]))
        for name, info in section.model_fields.items()
    ]
    return table(_HEADINGS, rows)


def default_text(info: FieldInfo) -> str:
    """Say what a key is where it is not set."""
    if info.is_required():
        return "required"
    if info.default_factory not in {None, dict}:
        return "computed"
    return value_text(info.get_default(call_default_factory=True, validated_data={}))


def _meaning(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))
