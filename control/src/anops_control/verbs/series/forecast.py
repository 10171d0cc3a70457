"""Asks a running service for a forecast of its series."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.looking.served import served
from anops_control.series.asking import forecast
from anops_control.series.future import future_rows
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRequest:
    """How far ahead, of which service's model."""

    folder: Path
    """The project whose service is asked; a folder that is in no project: the service at port 8080."""
    horizon: int | None = None
    """How many periods; this or `end` is needed."""
    end: str | None = None
    """The time until which to forecast."""
    levels: tuple[float, ...] = ()
    """Coverages of intervals, in percent; by default 80 and 95, where the model has intervals."""
    keys: tuple[tuple[tuple[str, str], ...], ...] = ()
    """In a panel: the series, each as its key columns and their values."""
    regressors: Path | None = None
    """What the future is given: CSV with the time (and keys) of each row and the model's regressors."""
    simulate: int | None = None
    """How many paths of the future to draw."""
    seed: int | None = None
    """With the same seed, the same paths are drawn."""
    forecaster: str | None = None
    """Which of the models forecasts, where the service's model holds several for each series."""
    encoding: str | None = None
    """The encoding of the file of regressors, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    url: str | None = None
    """Where the service is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `predict` and `metadata`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """A forecast.

    Attributes:
        answer: What the service said: predictions, warnings, model.
    """

    answer: dict[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each period and series."""
        rows: list[dict[str, Any]] = self.answer["predictions"]
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.answer


def run(request: ForecastRequest, events: Events) -> ForecastResult:
    """Ask for it.

    Raises:
        AnOpsError: The service refuses, or the model failed.
        CommandError: The file of regressors can't be read, or the service not be reached.
    """
    if (request.horizon is None) == (request.end is None):
        raise CommandError(
            "A forecast needs a horizon, in periods, or the time until which to forecast; one of the two.",
            remedy="Say `--horizon 12`.",
            code=Code.USAGE,
        )
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        asked: dict[str, Any] = {"horizon": request.horizon, "end": request.end, "level": [*request.levels] or None}
        asked |= {"keys": [dict(key) for key in request.keys] or None}
        asked |= {"simulate": request.simulate, "seed": request.seed, "forecaster": request.forecaster}
        if request.regressors is not None:
            asked["regressors"] = future_rows(
                request.regressors, service.card(), asked_of(request.encoding, request.separator, request.decimal)
            )
        told = {name: value for name, value in asked.items() if value is not None}
        return ForecastResult(forecast(service, told))


VERB = Verb("series forecast", "Ask a service for a forecast of its series.", ForecastRequest, run)
