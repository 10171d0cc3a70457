"""The effective settings of a project, and where each value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from anops_model_interface.tables import Table, descriptions, holds_tables, key_names
from anops_project.project import CONFIG_NAME
from anops_project.section import Section
from anops_project.sections.service import ServiceSection

from anops_control.configuration.key_text import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_project.ao_toml import AoToml

    from anops_control.configuration.positions import Position, Positions

_WRITTEN_ALONE = frozenset({"network", "writable"})
"""What a model's code may do stands where everybody reads it."""

ENVIRONMENT = {f"ANOPS_{name.upper()}": name for name in key_names(ServiceSection) if name not in _WRITTEN_ALONE}
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


def list_settings(
    read: AoToml, tables: Mapping[str, Any], positions: Positions, overrides: Overrides
) -> tuple[Setting, ...]:
    """List every setting that takes one value, in the order of the reference.

    Args:
        read: The sections, as they were read.
        tables: The tables of the file, which tell what is written.
        positions: Where its keys stand.
        overrides: What flags and environment variables set.
    """
    found: list[Setting] = []
    for name, section in read.all().items():
        written = tables.get(name, {})
        if isinstance(section, Section):
            found += _walk(section, written, (name,), positions, overrides)
            continue
        for each, one in section.items():
            settings = _walk(one, written.get(each, {}), (name, each), positions, overrides)
            found += [setting for setting in settings if setting.origin is not Origin.DEFAULT]
    return tuple(found)


def _walk(
    section: Section, written: Mapping[str, Any], path: tuple[str, ...], positions: Positions, overrides: Overrides
) -> Iterator[Setting]:
    for key, description in descriptions(type(section)).items():
        value, here = getattr(section, key), (*path, key)
        if holds_tables(type(section), key):
            for name, entry in value.items():
                yield _entry(entry, (*here, name), positions)
        else:
            overridden = overrides.sources.get(key) if section.about.overridden else None
            origin, source = _origin(here, positions, overridden, is_set=key in written)
            yield Setting(key_text(here), _plain(value), origin, source, description)


def _entry(entry: Table, path: tuple[str, ...], positions: Positions) -> Setting:
    """A column or an option is one setting, shown as it was written."""
    origin, source = _origin(path, positions, None, is_set=True)
    written = entry.written()
    return Setting(key_text(path), written, origin, source, str(written.get("description", "")))


def _origin(path: tuple[str, ...], positions: Positions, overridden: str | None, *, is_set: bool) -> tuple[Origin, str]:
    if overridden is not None:
        return (Origin.FLAG if overridden.startswith("--") else Origin.ENVIRONMENT), overridden
    if not is_set:
        return Origin.DEFAULT, "default"
    place: Position | None = positions.key(path)
    return Origin.FILE, f"{CONFIG_NAME}:{place.line}" if place else CONFIG_NAME


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
