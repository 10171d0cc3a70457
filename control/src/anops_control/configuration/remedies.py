"""What to write instead, for each kind of fault in an `ao.toml`."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from anops_model_interface.schema import ColumnSpec, OptionSpec
from anops_model_interface.tables import key_names
from anops_model_interface.words import quoted
from anops_project.registry import sections

from anops_control.configuration.key_text import key_text
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from anops_control.configuration.positions import Path

_MISSING: dict[Path, str] = {
    ("project",): 'Add the section `[project]` with `name = "my-model"` and `language = "r"` (or `"python"`).',
    ("model",): 'Add the section `[model]` with `artifact = "model.rds"` or `code = "model.R"`.',
    ("project", "name"): 'Write `name = "my-model"`.',
    ("project", "language"): 'Write `language = "r"` or `language = "python"`.',
}
_SYNONYMS = {
    "number": ("numeric", "double", "float", "float64", "real"),
    "integer": ("int", "int64", "int32"),
    "boolean": ("bool", "logical"),
    "string": ("character", "str", "text", "object"),
    "category": ("factor", "categorical", "enum", "ordered"),
    "datetime": ("POSIXct", "timestamp", "datetime64", "time"),
    "date": ("Date",),
    "r": ("R",),
    "python": ("py", "Python"),
}
_UNQUOTED: dict[str, tuple[type, ...]] = {"int_type": (int,), "float_type": (int, float), "bool_type": (bool,)}
_TYPES_OF_OTHERS = {theirs: ours for ours, others in _SYNONYMS.items() for theirs in others}


def remedy_for_missing(path: Path) -> str | None:
    """Say what to add."""
    if path in _MISSING:
        return _MISSING[path]
    if path[-1] == "type":
        return 'Add `type = "number"`, or integer, boolean, string, category, date or datetime.'
    return None


def meant_key(path: Path) -> str | None:
    """Return the key that was likely meant by one that is not known."""
    return nearest(str(path[-1]), _known_keys(path[:-1]))


def remedy_for_unknown(path: Path, value: object) -> str:
    """Say which key or section was likely meant."""
    known = _known_keys(path[:-1])
    word = str(path[-1])
    guess = meant_key(path)
    if len(path) == 1:
        homes = [home for home, keys in _sections().items() if word in keys]
        if not isinstance(value, dict) and homes:
            return f"Move it under `[{homes[0]}]`."
        return f"Did you mean `[{guess}]`?" if guess else f"The sections are {quoted(f'[{name}]' for name in known)}."
    if guess:
        return f"Did you mean `{guess}`?"
    homes = [home for home, keys in _sections().items() if word in keys]
    if homes:
        return f"Move it to the section `[{homes[0]}]`."
    return f"Its keys are {quoted(known)}."


def remedy_for_literal(path: Path, value: object, expected: str) -> str | None:
    """Say which of the allowed words was likely meant."""
    if not isinstance(value, str):
        return None
    words = [word for word in expected.split("'") if word.isalpha() and word != "or"]
    guess = _TYPES_OF_OTHERS.get(value) or nearest(value, words)
    if guess not in words:
        return None
    return f'Write `{key_text(path[-1:])} = "{guess}"`.'


def remedy_for_text(path: Path, value: object, kind: str) -> str | None:
    """Say how to write a value of the other type, where it is only a matter of quotes."""
    key = path[-1]
    if kind == "string_type":
        if isinstance(value, bool | dict | list):
            return None
        return f'Write it in quotes: `"{value}"`.' if isinstance(key, int) else f'Write `{key} = "{value}"`.'
    wanted = _UNQUOTED.get(kind)
    if wanted is None or not isinstance(value, str):
        return None
    try:
        plain = tomllib.loads(f"value = {value.strip().lower()}")["value"]
    except tomllib.TOMLDecodeError:
        return None
    return f"Write it without quotes: `{key} = {value.strip().lower()}`." if type(plain) in wanted else None


def _known_keys(path: Path) -> list[str]:
    if not path:
        return list(sections())
    if path[0] == "model" and len(path) == 3:
        return list(key_names(OptionSpec if path[1] == "options" else ColumnSpec))
    kind = sections().get(str(path[0]))
    return [] if kind is None else list(key_names(kind))


def _sections() -> dict[str, list[str]]:
    return {
        f"{name}.NAME" if kind.about.one else name: list(key_names(kind))
        for name, kind in sorted(sections().items(), key=lambda each: each[1].about.one is not None)
    }
