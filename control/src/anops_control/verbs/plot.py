"""Shows how the prediction of a running service moves with one column while the others stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.looking.effect import FEW, Effect, drawable, line_of, output_of, places_of, some_of
from anops_control.looking.picture import drawn
from anops_control.looking.served import served
from anops_control.predicting.client import refused
from anops_control.suggestions import nearest
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Events
    from anops_control.looking.served import Served


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotRequest:
    """Which column, of which service's model."""

    folder: Path
    """The project whose service it is; a folder that is in no project: the service at port 8080."""
    column: str
    """The column that moves."""
    by: str | None = None
    """A second column: a line for each of a few of its values."""
    at: tuple[tuple[str, str], ...] = ()
    """What other columns are, by name; by default what they are in the model's example."""
    options: tuple[tuple[str, str], ...] = ()
    """Options of the model: names and values."""
    output: str | None = None
    """The column of the predictions that is drawn; by default `prediction`, or the first of numbers."""
    points: int = 40
    """How many values of a numeric column to try."""
    to: Path | None = None
    """The file of the picture, .png or .svg; without it only the values are returned."""
    url: str | None = None
    """Where the service is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `predict` and `metadata`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


def run(request: PlotRequest, events: Events) -> Effect:
    """Ask the model at each place.

    Raises:
        AnOpsError: The service refuses.
        CommandError: There is no such column, or it can't be drawn.
    """
    if not 2 <= request.points <= 1000:
        raise CommandError("`points` must be between 2 and 1000.", code=Code.USAGE)
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        card = service.card()
        inputs: Mapping[str, Mapping[str, Any]] = card["schema"]["inputs"]
        row = _row(request, inputs, dict(card["example"]["data"][0]))
        places = places_of(request.column, inputs[request.column], row[request.column], request.points)
        seconds: list[Any] = [None]
        if request.by is not None:
            points = FEW if inputs[request.by]["type"] == "number" else request.points
            seconds = some_of(places_of(request.by, inputs[request.by], row[request.by], points))
        options = drawable(dict(request.options), card["schema"])
        answers = [
            _asked(service, [row | {request.column: place} | _second(request, second) for place in places], options)
            for second in seconds
        ]
    output = output_of(answers[0], request.output)
    names = ["" if request.by is None else _text(second) for second in seconds]
    lines = [line_of(name, answer, output) for name, answer in zip(names, answers, strict=True)]
    moved = {request.column, request.by}
    made = Effect(
        f"{card['name']} {card['version']}",
        request.column,
        inputs[request.column]["type"],
        inputs[request.column].get("unit"),
        request.by,
        output,
        places,
        lines,
        {name: value for name, value in row.items() if name not in moved},
        request.to,
    )
    if request.to is not None:
        drawn(made, request.to)
    return made


def _row(request: PlotRequest, inputs: Mapping[str, Mapping[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of which one column moves."""
    for name in [request.column, *([] if request.by is None else [request.by]), *(name for name, _ in request.at)]:
        if name not in inputs:
            near = nearest(name, inputs)
            raise CommandError(
                f"The model has no column `{name}`; it has {', '.join(inputs)}.",
                remedy=None if near is None else f"Did you mean `{near}`?",
                code=Code.USAGE,
            )
    for name, value in request.at:
        if inputs[name]["type"] in {"number", "integer"}:
            try:
                row[name] = float(value)
            except ValueError:
                raise CommandError(f"`{name}` must be a number, not `{value}`.", code=Code.USAGE) from None
        elif inputs[name]["type"] == "boolean":
            if value.lower() not in {"true", "false"}:
                raise CommandError(f"`{name}` must be true or false, not `{value}`.", code=Code.USAGE)
            row[name] = value.lower() == "true"
        else:
            row[name] = value
    return row


def _second(request: PlotRequest, value: object) -> dict[str, Any]:
    return {} if request.by is None else {request.by: value}


def _asked(service: Served, rows: list[dict[str, Any]], options: Mapping[str, str]) -> list[dict[str, Any]]:
    answer = refused(service.client.post(f"{service.url}/predict", json={"data": rows}, params=dict(options)))
    predictions: list[dict[str, Any]] = answer.json()["predictions"]
    return predictions


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


VERB = Verb("plot", "Show how the prediction moves with one column.", PlotRequest, run)
