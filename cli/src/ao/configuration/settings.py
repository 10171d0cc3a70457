"""The effective settings of a project, and where each value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, get_args

from anops_project.project import CONFIG_NAME, Section, ServiceSection

from ao.configuration.key_text import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from ao.configuration.positions import Position, Positions
    from ao.configuration.tables import Tables

ENVIRONMENT = {f"ANOPS_{name.upper()}": name for name in ServiceSection.model_fields}
"""Environment variables that set a key of `[service]`."""


class Origin(StrEnum):
    """Where a value comes from; a later one wins."""

    DEFAULT = "default"
    FILE = "ao.toml"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        key: Its key in `ao.toml`, such as `service.port`.
        value: Its value, as JSON can write it.
        origin: Where the value comes from.
        source: The same, exactly: `ao.toml:12`, `ANOPS_PORT`, `--port`, or `default`.
        description: What it is for.
    """

    key: str
    value: object
    origin: Origin
    source: str
    description: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """Values of `[service]` that are set outside of `ao.toml`.

    Attributes:
        values: Key of `[service]` to value.
        sources: Key of `[service]` to the flag or environment variable that set it.
    """

    values: dict[str, object]
    sources: dict[str, str]

    @classmethod
    def gather(cls, flags: Mapping[str, object], environ: Mapping[str, str]) -> Overrides:
        """Take the environment's values, and over them those of the flags that were given (not None)."""
        values: dict[str, object] = {}
        sources: dict[str, str] = {}
        for variable, name in ENVIRONMENT.items():
            if environ.get(variable):
                values[name], sources[name] = _number(environ[variable]), variable
        for name, value in flags.items():
            if value is not None:
                values[name], sources[name] = value, f"--{name.replace('_', '-')}"
        return cls(values, sources)


def list_settings(tables: Tables, positions: Positions, overrides: Overrides) -> tuple[Setting, ...]:
    """List every setting that takes one value, in the order of the reference."""
    return tuple(_walk(tables, (), positions, overrides))


def _walk(section: BaseModel, path: tuple[str, ...], positions: Positions, overrides: Overrides) -> Iterator[Setting]:
    for name, info in type(section).model_fields.items():
        value, here = getattr(section, name), (*path, name)
        if isinstance(value, Section):
            yield from _walk(value, here, positions, overrides)
        elif isinstance(value, dict) and _holds_tables(info.annotation):
            for key, entry in value.items():
                yield from _entry(entry, (*here, key), positions, overrides)
        else:
            overridden = overrides.sources.get(name) if path == ("service",) else None
            origin, source = _origin(here, positions, overridden, is_set=name in section.model_fields_set)
            yield Setting(key_text(here), _plain(value), origin, source, info.description or "")


def _entry(entry: BaseModel, path: tuple[str, ...], positions: Positions, overrides: Overrides) -> Iterator[Setting]:
    """A task has settings of its own; a column or an option is one setting, shown as it was written."""
    if isinstance(entry, Section):
        for setting in _walk(entry, path, positions, overrides):
            if setting.origin is not Origin.DEFAULT:
                yield setting
        return
    origin, source = _origin(path, positions, None, is_set=True)
    written = entry.model_dump(mode="json", exclude_defaults=True)
    yield Setting(key_text(path), written, origin, source, str(written.get("description", "")))


def _origin(path: tuple[str, ...], positions: Positions, overridden: str | None, *, is_set: bool) -> tuple[Origin, str]:
    if overridden is not None:
        return (Origin.FLAG if overridden.startswith("--") else Origin.ENVIRONMENT), overridden
    if not is_set:
        return Origin.DEFAULT, "default"
    place: Position | None = positions.key(path)
    return Origin.FILE, f"{CONFIG_NAME}:{place.line}" if place else CONFIG_NAME


def _holds_tables(annotation: object) -> bool:
    return any(not (isinstance(arg, type) and issubclass(arg, str)) for arg in get_args(annotation))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _number(text: str) -> object:
    """Read an environment variable as the number it holds; other text stays, and is a fault later."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
