"""Features are known by ao.toml, and no row has one that was not known yet at its time."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from anops_model_interface.feast_features import is_feast

from anops_control.errors import CommandError
from anops_control.features.feast import feast_at, required_view
from anops_control.features.sources import store_of
from anops_control.rules.rule import Reporter, Rule
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anops_project.sections.features import FeatureSection

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("features")
_FILES = ("*.csv", "data/*.csv")


@dataclass(slots=True)
class _Leak:
    """Rows of a file whose feature is newer than they are: how many, and the first with both times."""

    rows: int
    first: int
    event: str
    feature: str


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    views = configuration.features
    if is_feast(configuration.project.service.feature_store or ""):
        yield from _in_feast(configuration)
    else:
        yield from _columns(configuration, views)
    for file in sorted(path for pattern in _FILES for path in configuration.folder.glob(pattern)):
        for name, section in views.items():
            yield from _leaks(configuration.folder, file, name, section)


def _columns(configuration: Configuration, views: Mapping[str, FeatureSection]) -> Iterator[Finding]:
    for column, spec in configuration.project.schema.inputs.items():
        if spec.feature is None:
            continue
        view, _, feature = spec.feature.partition(".")
        key = f'model.inputs."{column}".feature'
        if view not in views:
            guess = nearest(view, views)
            yield _REPORT.error(
                f"Column `{column}` is the feature `{spec.feature}`, and there is no feature view `{view}` in ao.toml.",
                remedy=f"Did you mean `{guess}.{feature}`?" if guess else f"Add a table [features.{view}].",
                file="ao.toml",
                key=key,
            )
        elif views[view].columns and feature not in views[view].columns:
            guess = nearest(feature, views[view].columns)
            yield _REPORT.error(
                f"Column `{column}` is the feature `{spec.feature}`, which `[features.{view}]` does not have.",
                remedy=f"Did you mean `{view}.{guess}`?" if guess else f"It has {', '.join(views[view].columns)}.",
                file="ao.toml",
                key=key,
            )


def _in_feast(configuration: Configuration) -> Iterator[Finding]:
    features = {name: spec.feature for name, spec in configuration.project.schema.inputs.items() if spec.feature}
    if not features:
        return
    try:
        with feast_at(store_of(configuration)) as feast:
            for column, feature in features.items():
                view, _, name = feature.partition(".")
                try:
                    required_view(feast, view, [name])
                except CommandError as error:
                    yield _REPORT.error(
                        f"Column `{column}` is the feature `{feature}`. {error.message}",
                        remedy=error.remedy,
                        file="ao.toml",
                        key=f'model.inputs."{column}".feature',
                    )
    except CommandError as error:
        yield _REPORT.error(error.message, remedy=error.remedy, file="ao.toml", key="service.feature_store")


def _leaks(home: Path, file: Path, view: str, section: FeatureSection) -> Iterator[Finding]:
    try:
        found = _leak_in(file, view, section)
    except (OSError, UnicodeDecodeError, csv.Error):
        return  # no table of ours: other rules say what is wrong with files
    if found is None:
        return
    more = "" if found.rows == 1 else f"; {found.rows - 1} more rows have the same problem"
    yield _REPORT.error(
        f"Features of `{view}` in {file.relative_to(home)} are newer than their rows: row {found.first} is of "
        f"{found.event}, and its features of {found.feature}{more}. A model that is fitted on them knows the future.",
        remedy=f"Join them again, as of the time of each row: `ao features get {view} --rows FILE --to FILE`.",
        file=str(file.relative_to(home)),
        line=found.first + 1,
    )


def _leak_in(file: Path, view: str, section: FeatureSection) -> _Leak | None:
    """Return the rows of a file that know the future; None where there is none, or it has no features of the view."""
    zone, leak = ZoneInfo(section.time_zone), None
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.reader(opened)
        header = next(lines, [])
        if section.time not in header or f"{view}.time" not in header:
            return None
        at, of = header.index(section.time), header.index(f"{view}.time")
        for number, cells in enumerate(lines, start=1):
            if len(cells) <= max(at, of):
                continue
            event, feature = _moment(cells[at], zone), _moment(cells[of], zone)
            if event is None or feature is None or feature <= event:
                continue
            leak = leak or _Leak(0, number, cells[at], cells[of])
            leak.rows += 1
    return leak


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


RULE = Rule(
    name="features",
    passed="No row of the project has a feature that was not known at its time.",
    doing="Looking at the times of features",
    inspect=_inspect,
)
