"""Gets features: of rows as of their times, or the newest of an entity."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.feast_features import is_feast

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.features.feast import newest_in, require_names
from anops_control.features.port import features
from anops_control.features.sources import rows_of, source_of, store_of, view_of
from anops_control.verbs.features.facts import FeaturesResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_project.sections.features import FeatureSection

    from anops_control.configuration import Configuration
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesGetRequest:
    """Which features, of what."""

    folder: Path
    """The project's folder."""
    names: tuple[str, ...]
    """Features as "VIEW.FEATURE", or whole views."""
    key: dict[str, str | int | float | bool] | None = None
    """An entity: the value of each of its columns. The newest values that still count are returned."""
    file: Path | None = None
    """Rows with the entity's columns and a time: features as of that time are put beside them."""
    time: str | None = None
    """The rows' column of times; by default that of the first view."""
    to: Path | None = None
    """Where these rows are written: a `.csv` or `.parquet` file."""


def run(request: FeaturesGetRequest, events: Events) -> FeaturesResult:
    """Get them.

    Raises:
        CommandError: There is no such feature, or neither or both of an entity and rows are given.
    """
    configuration = load(request.folder)
    store = store_of(configuration)
    wanted = {} if is_feast(store) else _wanted(configuration, request.names)
    if (request.key is None) == (request.file is None):
        raise CommandError(
            "Say either whose features are wanted or of which rows.",
            remedy="Give a key such as account=7, or a file of rows.",
            code=Code.USAGE,
        )
    if request.key is not None and is_feast(store):
        return FeaturesResult({"views": newest_in(store, request.names, request.key)})
    if request.key is not None:
        return _online(configuration, wanted, request.key)
    if request.file is None or request.to is None or request.to.suffix not in {".csv", ".parquet"}:
        raise CommandError("Name the file that is written: `.csv` or `.parquet`.", code=Code.USAGE)
    if is_feast(store):
        return _history_in(store, request, request.file, request.to, events)
    time = request.time or next(iter(wanted.values()))[0].time
    return _history(configuration, wanted, request.file, time, request.to, events)


def _wanted(configuration: Configuration, names: Sequence[str]) -> dict[str, tuple[FeatureSection, tuple[str, ...]]]:
    if not names:
        raise CommandError("Name a feature, such as `accounts.balance`.", code=Code.USAGE)
    found: dict[str, tuple[FeatureSection, tuple[str, ...]]] = {}
    for each in names:
        view, _, feature = each.partition(".") if each not in configuration.features else (each, "", "")
        section = view_of(configuration, view)
        before = found.get(view, (section, ()))[1]
        found[view] = (section, (*before, feature) if feature else before)
    return found


def _online(
    configuration: Configuration, wanted: dict[str, tuple[FeatureSection, tuple[str, ...]]], key: dict[str, Any]
) -> FeaturesResult:
    who, now, told = features(), datetime.now(UTC), {}
    for view, (section, asked) in wanted.items():
        if lacking := [name for name in section.entity if name not in key]:
            raise CommandError(
                f"The key lacks `{lacking[0]}`, by which feature view `{view}` knows its entities.", code=Code.USAGE
            )
        found = who.get(store_of(configuration), view, section, [key[name] for name in section.entity], now)
        if unknown := [name for name in asked if found["values"] and name not in found["values"]]:
            raise CommandError(
                f"Feature view `{view}` has no feature `{unknown[0]}`.",
                details=[f"It has: {', '.join(found['values'])}."],
                code=Code.COLUMN_MISSING,
            )
        values = {name: value for name, value in found["values"].items() if not asked or name in asked}
        told[view] = found | {"values": values}
    return FeaturesResult({"views": told})


def _history(
    configuration: Configuration,
    wanted: dict[str, tuple[FeatureSection, tuple[str, ...]]],
    file: Path,
    time: str,
    target: Path,
    events: Events,
) -> FeaturesResult:
    with ExitStack() as stack:
        rows = stack.enter_context(rows_of(file, events))
        views = {
            view: (section, stack.enter_context(source_of(configuration.folder, section, events))[0], asked)
            for view, (section, asked) in wanted.items()
        }
        events.doing("Joining features")
        told = features().join(rows, time, views, target)
    events.idle()
    return FeaturesResult({**told, "to": str(target)})


def _history_in(store: str, request: FeaturesGetRequest, file: Path, target: Path, events: Events) -> FeaturesResult:
    require_names(request.names)
    if request.time is None:
        raise CommandError(
            "Feast's views don't say which column of the rows has their time.",
            remedy="Name it: --time COLUMN",
            code=Code.USAGE,
        )
    with rows_of(file, events) as rows:
        events.doing("Joining features in Feast")
        told = features().join_in_feast(rows, request.time, store, request.names, target)
    events.idle()
    return FeaturesResult({**told, "to": str(target)})


VERB = Verb("features get", "Get features of rows as of their times, or the newest of an entity.",
            FeaturesGetRequest, run)  # fmt: skip
