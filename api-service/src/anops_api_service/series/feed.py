"""What forecasts are given of the store: what was observed since the fit, as far as it can be known."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Warn
from anops_series.port import Forecast, Given

from anops_api_service.answer_json import json_values
from anops_api_service.forecasts.observed import NONE_SEEN, STEP, Observed, Seen
from anops_api_service.logs import log
from anops_api_service.series.coverage import LAST, coverages
from anops_api_service.series.form import form_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.frames import Frame
    from anops_series.port import SeriesIdentity, State

    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.series.form import ObservationForm
    from anops_api_service.series.keeper import SeriesKeeper

_MOST_MODELS = 64
_PATIENCE_SECONDS = 5.0
"""So long a forecast waits for a store before it goes on from what was last known of it."""
_MOST_WAITING = 10_000
"""How many forecasts may wait to be kept; beyond that they are dropped, which is told once."""
_PAUSE_SECONDS = 0.2
"""What is forecast meanwhile is kept at once: a write for each would wait for the disk each time."""

_Kept = tuple["SeriesIdentity", Given, "Sequence[Forecast]"]


class SeriesFeed:
    """Knows the observations of every model, and is told its forecasts."""

    def __init__(self, keeper: SeriesKeeper) -> None:
        """Read from a store.

        Args:
            keeper: It.
        """
        self._keeper = keeper
        self._known: OrderedDict[tuple[str, str, str], Seen] = OrderedDict()
        self._waiting: list[_Kept] = []
        self._writing: asyncio.Task[None] | None = None
        self._failed = False

    async def since_fit(self, model: DescribedModel) -> Seen:
        """Return what was observed of a model's series after the last time of its fit.

        Where the store is away, that is what was last known of it, with a warning.
        """
        if model.series is None or model.series.calendar is None:
            return NONE_SEEN
        form = form_of(model)
        place = (model.name, model.version, form.last)
        known = self._known.get(place, NONE_SEEN)
        try:
            asked = self._keeper.ask(self._newer, form, known.version, model.digest)
            found = await asyncio.wait_for(asked, _PATIENCE_SECONDS)
        except (AnOpsError, TimeoutError) as error:
            return Seen(known.observations, known.version, (_away(error, form, known),))
        if found is not None:
            state, told = found
            observations = tuple(
                Observed(
                    form.text(one.time), one.value, tuple(dict(one.key)[name] for name in form.keys), one.regressors
                )
                for one in state.observations
            )
            known = Seen(observations, state.version, told)
            self._known[place] = known
            while len(self._known) > _MOST_MODELS:
                self._known.popitem(last=False)
        return known

    def keep(self, model: DescribedModel, seen: Seen, frame: Frame, request_id: str) -> None:
        """Keep a forecast that was given; nobody waits for it."""
        names = frame.names()
        if model.series is None or model.series.calendar is None or "prediction" not in names:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._tell("more are given than can be written")
            return
        form = form_of(model)
        given = Given(request_id, datetime.now(UTC), model.version, model.digest, seen.version)
        self._waiting.append((form.identity, given, _steps(frame, form)))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what still waits."""
        if self._writing is not None:
            await self._writing
        await self._flush()

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(_PAUSE_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        taken, self._waiting = self._waiting, []
        if not taken:
            return
        try:
            await self._keeper.ask(self._keeper.store.keep, taken)
            self._failed = False
        except AnOpsError as error:
            self._tell(error.problem.message)

    def _tell(self, why: str) -> None:
        if not self._failed:  # once, not for each forecast
            self._failed = True
            log.error("forecasts are not kept in the time-series store: %s", why)

    def _newer(self, form: ObservationForm, version: str, digest: str) -> tuple[State, tuple[Warn, ...]] | None:
        """Return the state, where it is another than a version, and what is to be told of past intervals."""
        if version and self._keeper.store.version(form.identity) == version:
            return None
        state = self._keeper.store.state(form.identity, after=form.fitted_until)
        judged = self._keeper.store.judged(form.identity, digest=digest, most=LAST) if state.observations else []
        return state, tuple(Warn(str(each)) for each in coverages(judged) if each.is_off)


def _away(error: AnOpsError | TimeoutError, form: ObservationForm, known: Seen) -> Warn:
    if isinstance(error, AnOpsError) and error.problem.code is Code.SERIES_DIFFERS:
        return Warn(f"{error.problem.message} The forecast goes on from {form.last}, the end of the fit.")
    why = f": {error.problem.message}" if isinstance(error, AnOpsError) else "."
    times = sorted(one.time for one in known.observations)
    return Warn(
        f"The time-series store can't be reached{why} The forecast goes on from the last state known of it, "
        f"with {len(times)} observation{'' if len(times) == 1 else 's'}{f' until {times[-1]}' if times else ''}."
    )


def _steps(frame: Frame, form: ObservationForm) -> list[Forecast]:
    lists = {column.name: json_values(column) for column in frame.columns}
    heads = {*form.keys, form.time, STEP, "prediction"}
    others = [column.name for column in frame.columns if column.name not in heads and column.type == "number"]
    made = []
    for row in range(frame.rows):
        prediction = lists["prediction"][row]
        if isinstance(prediction, int | float):
            key = tuple(sorted((name, str(lists[name][row])) for name in form.keys))
            bounds = {name: lists[name][row] for name in others if isinstance(lists[name][row], int | float)}
            moment = form.moment(lists[form.time][row])
            made.append(Forecast(moment, lists[STEP][row], float(prediction), bounds, key))
    return made
