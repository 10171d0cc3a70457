"""Writes what is known of a version as a page: its model card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_project.project import Project
from anops_project.reference import REFERENCE

from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import fetched
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import NotKeptError, Run, Version
from anops_control.verbs.model.show import report_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.schema import ColumnSpec

    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardRequest:
    """Whose card is written."""

    folder: Path
    """The project's folder."""
    address: str
    """The version: NAME, NAME@ALIAS or NAME/VERSION; of a name alone the newest."""


@dataclass(frozen=True, slots=True)
class ModelCardResult:
    """The card, as Markdown."""

    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"markdown": self.text}


def run(request: ModelCardRequest, events: Events) -> ModelCardResult:
    """Write a card.

    Raises:
        CommandError: There is no such version, or its files are gone or altered.
    """
    del events
    place = place_of(request.folder)
    came_from: Run | None = None
    with kept(place) as keeper:
        found = fetched(place, keeper, address_of(request.address))
        if found.version is not None and found.version.run:
            try:
                came_from = keeper.run(found.version.run)
            except NotKeptError:
                came_from = None  # it was deleted, and the version tells its id still
    return ModelCardResult("\n".join(_lines(Project.read(found.folder), found.version, came_from)) + "\n")


def _lines(project: Project, version: Version | None, came_from: Run | None) -> Iterator[str]:
    about = project.project
    yield f"# {about.name if version is None else f'{version.model}, version {version.number}'}"
    yield ""
    if about.description:
        yield from (about.description + ".", "")
    facts = {"Language": "R" if about.language == "r" else "Python", "Version of the project": about.version}
    if version is not None:
        facts |= {
            "Registered": f"{datetime.fromtimestamp(version.created / 1000, UTC):%Y-%m-%d %H:%M} UTC",
            "Aliases": ", ".join(version.aliases) or "none",
            "Digest": f"`{version.tags.get('anops.digest', '')}`",
        } | {key: value for key, value in version.tags.items() if not key.startswith(("anops.", "mlflow."))}
        if version.description and version.description != about.description:
            yield from (version.description, "")
    yield from _table(("", ""), facts.items())
    yield from ("## What it takes", "")
    yield from _columns(project.schema.inputs)
    yield from ("## What it answers", "")
    yield from _columns(project.schema.outputs)
    rows = _reference_rows(project)
    if rows:
        yield from (f"It is held to its answers to {rows} reference rows.", "")
    if came_from is not None:
        yield from (f"## The run {came_from.name or came_from.id}", "")
        yield from _table(("Parameter", "Value"), sorted(came_from.parameters.items()))
        yield from _table(
            ("Metric", "Value"), ((key, f"{value:.6g}") for key, value in sorted(came_from.metrics.items()))
        )
    report = {} if version is None else report_of(version)
    if report:
        yield from ("## Its promotion", "", str(report.get("says", "")))


def _columns(columns: Mapping[str, ColumnSpec]) -> Iterator[str]:
    rows = []
    for name, spec in columns.items():
        limits = spec.levels or spec.values or spec.seen
        told = (
            "" if limits is None else ", ".join(str(each) for each in limits[:12]) + (", …" if len(limits) > 12 else "")
        )
        rows.append((f"`{name}`", spec.type, spec.unit or "", told))
    yield from _table(("Column", "Type", "Unit", "Levels, values or range of the fit"), rows)


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:  # noqa: ANN401  tuples of texts
    written = ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    if written:
        yield "| " + " | ".join(head) + " |"
        yield "| " + " | ".join("---" for _ in head) + " |"
        yield from written
        yield ""


def _reference_rows(project: Project) -> int:
    try:
        columns = json.loads((project.folder / REFERENCE).read_bytes())["rows"]["columns"]
        return len(next(iter(columns.values())))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return 0


VERB = Verb("model card", "Write a page about a version.", ModelCardRequest, run)
