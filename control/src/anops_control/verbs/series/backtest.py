"""Tells how good a model's forecasts are: rolling origins over what came after its fit, beside naive forecasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.datasets.progress import advancing
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.looking.served import served
from anops_control.predicting.client import CSV
from anops_control.series.asking import OBSERVED, STEP, contract_of, file_of, forecast_from, numbers_of, regressors_of
from anops_control.series.backtesting import backtested
from anops_control.series.history import observed_text, read_history
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from anops_control.events import Events
    from anops_control.series.history import History

_USUAL_LEVELS = (80.0, 95.0)
_MOST_HORIZON = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRequest:
    """Which history, and how far ahead."""

    folder: Path
    """The project whose service is asked; a folder that is in no project: the service at port 8080."""
    file: Path
    """The whole history, as CSV: what the model was fitted on, and behind it what came later."""
    horizon: int | None = None
    """How many periods ahead; by default a season, else 10."""
    every: int = 1
    """How many periods lie between one origin and the next."""
    levels: tuple[float, ...] = _USUAL_LEVELS
    """Coverages of intervals, in percent."""
    encoding: str | None = None
    """The encoding of the file, such as cp1252."""
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
class BacktestResult:
    """How good the forecasts were.

    Attributes:
        model: The model's name and version.
        horizon: How many periods ahead.
        season: The lag of the seasonal benchmark, and of the scale of errors.
        levels: Coverages of intervals, in percent.
        scores: A row for each method and horizon, and for each method one of all horizons.
    """

    model: str
    horizon: int
    season: int
    levels: tuple[float, ...]
    scores: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "model": self.model,
            "horizon": self.horizon,
            "season": self.season,
            "levels": [*self.levels],
            "scores": self.scores,
        }


def run(request: BacktestRequest, events: Events) -> BacktestResult:
    """Let the model forecast from each origin, and compare with what came.

    Raises:
        AnOpsError: The service refuses, or the model failed.
        CommandError: The file can't be used, or the service not be reached.
    """
    if request.every < 1 or (request.horizon is not None and request.horizon < 1):
        raise CommandError("The horizon and the distance of origins must be 1 or more.", code=Code.USAGE)
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        card = service.card()
        contract = contract_of(card)
        regressors = regressors_of(card, contract)
        file = file_of(
            request.file,
            asked_of(request.encoding, request.separator, request.decimal),
            numbers=numbers_of(card, contract),
        )
        if file.media_type != CSV:
            raise CommandError(f"`{request.file}` must be a CSV file.", code=Code.USAGE)
        histories = read_history(file.body(), str(request.file), contract, regressors)
        options: Mapping[str, Any] = card["schema"].get("options") or {}
        levels = tuple(sorted(set(request.levels))) if "level" in options else ()
        updates = OBSERVED in options
        if not updates:
            events.note(
                "The model can't take in observations without being fitted again: "
                "there is one origin, the end of its fit."
            )
        season = max((round(each) for each in contract.period[:1]), default=1)
        horizon = request.horizon or (min(season, _MOST_HORIZON) if season > 1 else 10)
        inputs = card["schema"]["inputs"]

        def ask(history: History, origin: int, ahead: int) -> Mapping[str, np.ndarray]:
            steps = range(1, ahead + 1)
            rows: dict[str, list[object]] = {STEP: [*steps]}
            for name, value in zip(contract.keys, history.key, strict=True):
                rows[name] = [value] * ahead
            for name in regressors:
                is_number = inputs[name]["type"] in {"number", "integer"}
                cells = [history.regressors.get(origin + step, {}).get(name, "") for step in steps]
                rows[name] = [_value(cell) if is_number else cell or None for cell in cells]
            return forecast_from(service, rows, observed_text(history, origin, contract, regressors), levels)

        scores = backtested(
            histories,
            ask,
            horizon=horizon,
            levels=levels,
            season=season,
            every=request.every,
            updates=updates,
            side_by_side=max(int(card.get("workers") or 1), 1),
            advance=advancing(events, "Forecasting from each origin"),
        )
        events.idle()
    return BacktestResult(f"{card['name']} {card['version']}", horizon, season, levels, scores)


def _value(cell: str) -> float | None:
    return None if cell in {"", "NA"} else float(cell)


VERB = Verb("series backtest", "Measure how good a model's forecasts are.", BacktestRequest, run)
