"""Reads the configuration of a training, a YAML, TOML or JSON file, and sets single keys of it."""

from __future__ import annotations

import json
import re
import tomllib
from copy import deepcopy
from datetime import date, time
from typing import TYPE_CHECKING, Any

import yaml
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NAMES = ("config.yaml", "config.yml", "config.toml", "config.json")
"""What such a file is called where nobody says: the first that is there."""
_NUMBER = re.compile(r"[+-]?(\d+\.?|\.\d+|\d+\.\d+)([eE][+-]?\d+)?")


def read_config(file: Path) -> dict[str, Any]:
    """Return what a configuration says.

    Raises:
        CommandError: It is not there, can't be read, or is no table.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        read: object
        if file.suffix == ".toml":
            read = tomllib.loads(text)
        elif file.suffix == ".json":
            read = json.loads(text)
        elif file.suffix in {".yaml", ".yml"}:
            read = yaml.safe_load(text)
        else:
            message = f"The configuration `{file}` must be a YAML, TOML or JSON file."
            raise CommandError(message, remedy="Name a file that ends in .yaml, .toml or .json.", code=Code.USAGE)
    except FileNotFoundError as error:
        raise CommandError(
            f"There is no configuration `{file}`.", remedy="Name one with --config.", code=Code.FILE_NOT_FOUND
        ) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CommandError(
            f"The configuration `{file}` can't be read.",
            details=[" ".join(str(error).split())],
            remedy="Correct the file.",
            code=Code.PROJECT_INVALID,
        ) from error
    if read is None:
        return {}
    if not isinstance(read, dict):
        message = f"The configuration `{file}` must be keys with values, not a {type(read).__name__}."
        raise CommandError(message, remedy="Write it as lines `key: value`.", code=Code.PROJECT_INVALID)
    return {str(key): _plain(value) for key, value in read.items()}


def with_values(config: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return a configuration with single keys set; `model.max_iter` is a key within the table `model`.

    Raises:
        CommandError: A key lies within one that is no table.
    """
    changed = deepcopy(dict(config))
    for key, value in assignments:
        table, parts = changed, [key] if key in changed else key.split(".")
        for part in parts[:-1]:
            inner = table.setdefault(part, {})
            if not isinstance(inner, dict):
                message = f"`{key}` can't be set: `{part}` is no table in the configuration, but {inner!r}."
                raise CommandError(message, remedy=f"Set `{part}` itself.", code=Code.USAGE)
            table = inner
        table[parts[-1]] = value
    return changed


def assignment(written: str) -> tuple[str, str]:
    """Return the two sides of `max_iter=500`.

    Raises:
        CommandError: It has none.
    """
    key, equals, value = written.partition("=")
    if not equals or not key.strip():
        raise CommandError(
            f"`{written}` sets nothing.", remedy="Write a key and its value: --set max_iter=500", code=Code.USAGE
        )
    return key.strip(), value.strip()


def value_of(written: str) -> Any:  # noqa: ANN401  whatever TOML can hold
    """Return what a person wrote behind `=`: a number, true, false, a list in brackets, or else text."""
    if _NUMBER.fullmatch(written) and not re.fullmatch(r"[+-]?0\d+", written):
        return float(written) if re.search(r"[.eE]", written) else int(written)
    try:
        return _plain(tomllib.loads(f"value = {written}")["value"])
    except tomllib.TOMLDecodeError:
        return written


def unknown_keys(config: Mapping[str, Any], keys: Iterable[str]) -> list[tuple[str, str | None]]:
    """Return the keys that a configuration does not have, each with the nearest that it has."""
    known = set(_keys(config))
    return [(key, nearest(key, known)) for key in keys if known and key not in known]


def flat(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration as one level, `model.max_iter` for what lies within."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": each for inner, each in flat(value).items()}
        else:
            found[key] = value
    return found


def _keys(config: Mapping[str, Any]) -> list[str]:
    tables = [key for key, value in config.items() if isinstance(value, dict)]
    return [*flat(config), *tables]


def _plain(value: object) -> Any:  # noqa: ANN401  the same
    """Return a value as JSON has it: days and times become text, keys too."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value
