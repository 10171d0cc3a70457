"""Shows what was observed of a series, and its forecast with intervals, as a fan chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.looking.served import served
from anops_control.predicting.client import CSV, refused
from anops_control.series.asking import STEP, contract_of, file_of, forecast
from anops_control.series.fan import Fan, bands_of, drawn
from anops_control.series.future import future_rows
from anops_control.series.history import read_history
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_model_interface.series.contract import SeriesContract

    from anops_control.events import Events
    from anops_control.looking.served import Served


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotSeriesRequest:
    """How far ahead, of which service's series."""

    folder: Path
    """The project whose service is asked; a folder that is in no project: the service at port 8080."""
    horizon: int
    """How many periods ahead."""
    levels: tuple[float, ...] = ()
    """Coverages of intervals, in percent; by default 80 and 95, where the model has intervals."""
    series: tuple[tuple[str, str], ...] = ()
    """In a panel: the series, as its key columns and their values."""
    history: Path | None = None
    """A file of earlier values, as CSV; what the service has observed is drawn in any case."""
    regressors: Path | None = None
    """What the future is given: CSV with the time (and keys) of each row and the model's regressors."""
    forecaster: str | None = None
    """Which of the models forecasts, where the service's model holds several for each series."""
    to: Path | None = None
    """The file of the picture, .png or .svg; without it only the values are returned."""
    encoding: str | None = None
    """The encoding of the files, such as cp1252."""
    separator: str | None = None
    """The character between their cells."""
    decimal: Literal[".", ","] | None = None
    """Their decimal mark."""
    url: str | None = None
    """Where the service is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `predict`, `observe` and `metadata`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


def run(request: PlotSeriesRequest, events: Events) -> Fan:
    """Ask for what is drawn, and draw it.

    Raises:
        AnOpsError: The service refuses, or the model failed.
        CommandError: A file can't be used, or the service not be reached.
    """
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        card = service.card()
        contract = contract_of(card)
        asked: dict[str, Any] = {"horizon": request.horizon}
        asked |= {"level": [*request.levels]} if request.levels else {}
        asked |= {"keys": [dict(request.series)]} if request.series else {}
        asked |= {"forecaster": request.forecaster} if request.forecaster else {}
        if request.regressors is not None:
            written = asked_of(request.encoding, request.separator, request.decimal)
            asked["regressors"] = future_rows(request.regressors, card, written)
        answer = forecast(service, asked)
        observed = _history(request, contract) | _observed(service, contract, request)
    rows: list[dict[str, Any]] = answer["predictions"]
    made = Fan(
        f"{card['name']} {card['version']}",
        contract.value,
        _in_order(observed, contract),
        [row.get(contract.time, row[STEP]) for row in rows],
        [row["prediction"] for row in rows],
        bands_of(rows),
        answer["warnings"],
        request.to,
    )
    if request.to is not None:
        drawn(made, request.to)
    return made


def _in_order(observed: dict[str, float], contract: SeriesContract) -> list[tuple[str, float]]:
    calendar, last = contract.calendar, contract.last
    if calendar is None or last is None:
        return []
    return sorted(observed.items(), key=lambda each: calendar.between(last, each[0]))


def _history(request: PlotSeriesRequest, contract: SeriesContract) -> dict[str, float]:
    if request.history is None:
        return {}
    file = file_of(
        request.history,
        asked_of(request.encoding, request.separator, request.decimal),
        numbers=[contract.value],
    )
    if file.media_type != CSV:
        raise CommandError(f"`{request.history}` must be a CSV file.", code=Code.USAGE)
    wanted = tuple(dict(request.series).get(name, "") for name in contract.keys)
    found: dict[str, float] = {}
    for one in read_history(file.body(), str(request.history), contract, ()):
        calendar, last = contract.calendar, contract.last
        if one.key == wanted and calendar is not None and last is not None:
            times = calendar.after(last, len(one.values), first=one.first)
            found |= {time: float(value) for time, value in zip(times, one.values, strict=True) if value == value}  # noqa: PLR0124  NaN is no number
    return found


def _observed(service: Served, contract: SeriesContract, request: PlotSeriesRequest) -> dict[str, float]:
    """Return what the service has observed; nothing where it keeps nothing."""
    try:
        answer = refused(service.client.get(f"{service.url}/observations", params=dict(request.series)))
    except AnOpsError as error:
        if error.problem.code in {Code.NO_SERIES, Code.FORBIDDEN, Code.SERIES_STORE}:
            return {}
        raise
    return {row[contract.time]: row[contract.value] for row in answer.json()["observations"]}


VERB = Verb("series plot", "Show a forecast and what was observed before it.", PlotSeriesRequest, run)
