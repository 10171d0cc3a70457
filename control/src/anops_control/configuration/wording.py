"""Says what pydantic found in the words of someone who wrote an `ao.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.words import number_text
from anops_project.project import CONFIG_NAME
from anops_project.registry import sections

from anops_control.configuration.key_text import key_text
from anops_control.configuration.remedies import (
    meant_key,
    remedy_for_literal,
    remedy_for_missing,
    remedy_for_text,
    remedy_for_unknown,
)
from anops_control.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from anops_control.configuration.positions import Path, Positions

_COLUMN_TABLES = {"inputs": "column", "outputs": "column", "options": "option"}
_NEEDED_TYPE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a section",
    "dataclass_type": "a section",
}

_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""How pydantic calls an unknown section, and an unknown key of one."""
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


@dataclass(frozen=True, slots=True)
class FaultContext:
    """What a fault is looked up in.

    Attributes:
        tables: The tables that were checked.
        positions: Where their keys stand.
        sources: Keys of `[service]` that a flag or environment variable has set, and which.
    """

    tables: dict[str, Any]
    positions: Positions
    sources: Mapping[str, str]


def to_findings(error: ValidationError, place: FaultContext) -> list[Finding]:
    """Return one finding for each fault."""
    faults = list(_merge_unions(error.errors(include_url=False), place.tables))
    meant = {(*path[:-1], meant_key(path)) for path, errors in faults if errors[0]["type"] in _UNKNOWN}
    # A key that is misspelt is not reported as missing as well.
    return [_finding(path, errors, place) for path, errors in faults if path not in meant]


def _merge_unions(errors: Iterable[ErrorDetails], tables: dict[str, Any]) -> Iterable[tuple[Path, list[ErrorDetails]]]:
    """Put together the faults that pydantic reports for each branch of one union."""
    groups: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        path = _real_path(error["loc"], tables, keep_last=error["type"] in {"missing", *_UNKNOWN})
        groups.setdefault(path, []).append(error)
    return groups.items()


def _real_path(loc: Path, tables: Any, *, keep_last: bool) -> Path:  # noqa: ANN401  TOML values are of any type
    """Cut what pydantic appends to name a union's branch, which is no key of the file."""
    value = tables
    for index, part in enumerate(loc):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return loc[: index + 1] if keep_last else loc[:index]
    return loc


def _finding(path: Path, errors: list[ErrorDetails], place: FaultContext) -> Finding:
    error, value = errors[0], _value(path, place.tables)
    source = place.sources.get(str(path[1])) if len(path) == 2 and _about(path, "overridden") else None
    subject = f"`{source}`" if source else _subject(path)
    written = None if source else place.positions.written.get(path)
    received = written or _received(value)
    kind, context = error["type"], error.get("ctx", {})
    remedy: str | None = None
    if kind == "missing":
        message, remedy = _missing(path), remedy_for_missing(path)
    elif kind in _UNKNOWN:
        message, remedy = _unknown(path, value), remedy_for_unknown(path, value)
    elif kind == "literal_error":
        message = f"{subject} must be {context['expected'].replace(chr(39), chr(34))}, not {received}"
        remedy = remedy_for_literal(path, value, str(context["expected"]))
    elif kind in _NEEDED_TYPE or len(errors) > 1:
        message = f"{subject} must be {_needed(path, errors)}, not {received}"
        remedy = remedy_for_text(path, written or value, kind)
    elif kind in {"string_pattern_mismatch", "string_too_long"}:
        message, remedy = _text_form(path, subject, value)
    elif kind == "value_error":
        told = str(context["error"])
        message = f"{_owner(path)}{'' if told.startswith('must ') else ':'} {told}"
    else:
        message = f"{subject} must be {_limit(kind, context)}, not {received}"
    where = None if source else (place.positions.key if kind in _UNKNOWN else place.positions.value)(path)
    return Finding(
        rule="configuration",
        severity=Severity.ERROR,
        message=message.rstrip(".") + ".",
        remedy=remedy,
        file=None if source else CONFIG_NAME,
        line=where.line if where else None,
        column=where.column if where else None,
        key=key_text(path),
    )


def _subject(path: Path) -> str:
    """Name what is wrong: "`port`", "`min` of column `wt`", "column `wt`"."""
    owner = _owner(path[:-1]) if len(path) > 1 else ""
    last = path[-1]
    if isinstance(last, int):
        return f"Item {last + 1} of {_lower(_subject(path[:-1]))}"
    if len(path) == 1:
        return f"`[{last}]`"
    if _is_column(path[:-1]) or _about(path, "one"):
        return f"`{last}` of {_lower(owner)}" if len(path) > 2 else owner
    return _owner(path) if _is_column(path) else f"`{last}`"


def _owner(path: Path) -> str:
    if _is_column(path):
        kind = _COLUMN_TABLES[str(path[1])]
        return f"{kind.capitalize()} `{path[2]}`"
    if len(path) == 2 and (one := _about(path, "one")):
        return f"{one} `{path[1]}`"
    return f"`[{key_text(path)}]`" if _is_section(path) else f"`{path[-1]}`"


def _about(path: Path, fact: str) -> Any:  # noqa: ANN401  a fact of `About`
    """Return what the section that a key is in says of itself; None where there is no such section."""
    kind = sections().get(str(path[0]))
    return None if kind is None else getattr(kind.about, fact)


def _is_section(path: Path) -> bool:
    return len(path) == 1 or (path[1:2] == ("inputs",) and not _is_column(path))


def _is_column(path: Path) -> bool:
    return len(path) == 3 and path[0] == "model" and path[1] in _COLUMN_TABLES


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _missing(path: Path) -> str:
    if len(path) == 1:
        return f"The section `[{path[0]}]` is missing"
    if _is_column(path[:-1]):
        return f"{_owner(path[:-1])} must say its `{path[-1]}`"
    return f"`{path[-1]}` is missing in `[{key_text(path[:-1])}]`"


def _unknown(path: Path, value: object) -> str:
    if len(path) == 1:
        if isinstance(value, dict):
            return f"ao.toml has no section `[{path[0]}]`"
        return f"`{path[0]}` is outside of any section"
    owner = _owner(path[:-1])
    if _is_section(path[:-1]):
        return f"{owner} has no key `{path[-1]}`"
    return f"{owner} can't have the key `{path[-1]}`"


def _needed(path: Path, errors: list[ErrorDetails]) -> str:
    if _is_column(path):
        return 'a type such as "number", or a table such as { type = "number" }'
    if errors[0]["type"] == "tuple_type" and _about(path, "one"):
        return "text, or a list of texts"
    names = list(dict.fromkeys(_NEEDED_TYPE.get(error["type"], "something else") for error in errors))
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _limit(kind: str, context: Mapping[str, Any]) -> str:
    for name, words in _LIMITS.items():
        if kind == name:
            return f"{words[1]} {number_text(context[words[0]])}"
    return "a finite number"


def _text_form(path: Path, subject: str, value: object) -> tuple[str, str | None]:
    if path == ("project", "name"):
        slug = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in str(value).lower()).split())
        allowed = "at most 100 lower-case letters, digits, and `-`, `_` or `.` between them"
        message = f"{subject} must be {allowed}, not {_received(value)}"
        return message, f'Write `name = "{slug[:100]}"`.' if slug else None
    return f"{subject} must be letters, digits, `.`, `-` and `_`, not {_received(value)}", None


def _received(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:59] + "…"}"'
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def _value(path: Path, tables: Any) -> object:  # noqa: ANN401  TOML values are of any type
    for part in path:
        try:
            tables = tables[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tables
