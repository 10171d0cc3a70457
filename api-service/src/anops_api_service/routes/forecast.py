"""The endpoint `POST /forecast`: a horizon in, a row for each period out, with its time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from anops_http.request_ids import request_id_of
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError, shortened
from anops_model_interface.frames import Frame, Warn

from anops_api_service.accept import choose
from anops_api_service.answer_json import json_answer, records, warnings_header
from anops_api_service.bodies.body_room import Held
from anops_api_service.bodies.media import CSV, JSON, media_type, read_body, utf8_of
from anops_api_service.facts import facts_of
from anops_api_service.forecasts.asked import read
from anops_api_service.forecasts.observed import NONE_SEEN, OBSERVED, STEP, Seen, State, state_of
from anops_api_service.forecasts.plan import Plan, plan
from anops_api_service.models.replaced import ReplacedError
from anops_api_service.problems import led
from anops_api_service.request_headers import headers_of, names
from anops_api_service.writers.csv_writer import CsvWriter
from anops_api_service.writers.writer import Closing

if TYPE_CHECKING:
    from anops_model_interface.series.contract import SeriesContract
    from starlette.types import Receive, Scope, Send

    from anops_api_service.forecasts.asked import Asked
    from anops_api_service.forecasts.observed import ObservedSeries
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.routes.predict import PredictEndpoint

_HEADERS = names("accept", "content-type", "content-encoding", "content-length")
_STALE = 2
"""So many periods after the last observation, one is missing."""


@dataclass(frozen=True, slots=True)
class ForecastEndpoint:
    """A plain ASGI application.

    Attributes:
        predict: Answers predictions: of its models, within its limits.
        observed: Knows what was observed; None: nothing is kept.
    """

    predict: PredictEndpoint
    observed: ObservedSeries | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope, _HEADERS)
        kind = choose(headers.get("accept", ""), (JSON, CSV))
        asked = await self._read(scope, receive, headers)
        served = self.predict.served(scope)
        deadline = served.deadlines.begin()
        request_id, facts = request_id_of(scope), facts_of(scope)
        while True:
            model = await served.ready_model(deadline)
            facts.asks(model)
            contract = _contract(model)
            seen = await self._seen(model)
            state = _state(seen, contract, _regressors(model, contract))
            try:
                planned = plan(asked, model.schema, contract, state)
                sent = model.json_body.read(msgspec.json.encode({"data": planned.data, "options": planned.options}))
                answered = await deadline.wait(served.answer(model, sent, deadline, request_id=request_id), receive)
                break
            except ReplacedError:
                continue  # it is planned again, for the model that there is now
            except AnOpsError as error:
                raise led(error, f"Can't forecast with model `{model.name}`") from error
        self.predict.note(request_id, sent, answered, facts)
        frame = _with_heads(planned, answered.frame)
        warnings = (*answered.warnings, *seen.warnings, *_warnings(planned, contract, state))
        warnings = (*warnings, *_ignored(asked, model, contract))
        if self.observed is not None and answered.model == model.identity:
            self.observed.keep(model, seen, frame, request_id)
        if kind == JSON:
            content = json_answer(records(frame), warnings, model=answered.model, request_id=request_id)
        else:
            writer = CsvWriter()
            content = writer.rows(frame) + writer.close(Closing(warnings, answered.model, request_id))
        fields = [(b"content-type", kind.encode()), (b"content-length", str(len(content)).encode())]
        if kind == CSV and warnings:
            fields.append((b"anops-warnings", warnings_header(warnings)))
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": content})

    async def _read(self, scope: Scope, receive: Receive, headers: Any) -> Asked:  # noqa: ANN401  what headers_of gives
        media = media_type(headers.get("content-type", ""), headers.get("content-encoding", ""))
        if media.kind != JSON or media.packed:
            raise AnOpsError(
                Code.MEDIA_TYPE,
                "Can't forecast: the body must be JSON, not compressed.",
                remedy="Send JSON with the header content-type: application/json.",
            )
        limits, held = self.predict.limits, Held(self.predict.bodies)
        try:
            body = await read_body(
                receive,
                most=limits.body,
                announced=headers.get("content-length", ""),
                held=held,
                scope=scope,
            )
            return read(utf8_of(body, media.charset))
        finally:
            if held.size:
                held.give_back()

    async def _seen(self, model: DescribedModel) -> Seen:
        if self.observed is None or OBSERVED not in model.schema.options:
            return NONE_SEEN
        return await self.observed.since_fit(model)


@lru_cache(maxsize=64)
def _state(seen: Seen, contract: SeriesContract, regressors: tuple[str, ...]) -> State:
    """Put together what was observed: once for each state, since a panel's may be large."""
    return state_of(seen.observations, contract, regressors)


def _regressors(model: DescribedModel, contract: SeriesContract) -> tuple[str, ...]:
    return tuple(name for name in model.schema.inputs if name != STEP and name not in contract.keys)


def _contract(model: DescribedModel) -> SeriesContract:
    if model.series is None or STEP not in model.schema.inputs:
        raise AnOpsError(
            Code.NO_SERIES,
            f"Can't forecast with model `{model.name}`: it forecasts no time series.",
            remedy="Ask POST /predict; GET /model shows the columns that it takes.",
        )
    return model.series


def _with_heads(planned: Plan, answer: Frame) -> Frame:
    columns = []
    for name, values in planned.heads.items():
        if name == STEP:
            columns.append(Column(name, "integer", np.asarray(values, dtype=np.int64), None))
        else:
            texts = np.empty(len(values), dtype=object)
            texts[:] = values
            columns.append(Column(name, "string", texts, None))
    return replace(answer, columns=(*columns, *answer.columns))


def _ignored(asked: Asked, model: DescribedModel, contract: SeriesContract) -> list[Warn]:
    """Return what is told of regressors that the model does not have: one may be misspelt."""
    known = {contract.time, STEP, *contract.keys, *model.schema.inputs}
    given = dict.fromkeys(name for record in asked.records for name in record if name not in known)
    return [
        Warn(f"Regressor `{shortened(name)}` was ignored: the model does not use it.", column=name) for name in given
    ]


def _warnings(planned: Plan, contract: SeriesContract, state: State) -> list[Warn]:
    told = []
    calendar = contract.calendar
    if calendar is not None and planned.last is not None:
        today = datetime.now(UTC).isoformat()
        behind = calendar.until(planned.last, today)
        if behind >= _STALE:
            told.append(
                Warn(
                    f"The forecast goes on from {planned.last}, the last observation that the model knows: "
                    f"{behind} periods have passed since."
                )
            )
    asked = set(zip(*(planned.heads[name] for name in contract.keys), strict=True)) if contract.keys else {()}
    gaps = sum(count for key, count in state.gaps.items() if key in asked)
    if gaps:
        some = "1 period since the fit has" if gaps == 1 else f"{gaps} periods since the fit have"
        across = "it" if gaps == 1 else "them"
        told.append(Warn(f"{some} no observation: the model forecasts across {across}."))
    held = {key: step for key, step in state.held.items() if key in asked}
    if held and calendar is not None and contract.last is not None:
        key, step = next(iter(held.items()))
        of = f" of {', '.join(key)}" if key else ""
        others = f" {len(held) - 1} other series lack one, too." if len(held) > 1 else ""
        told.append(
            Warn(
                f"There is no observation{of} for {calendar.after(contract.last, 1, first=step)[0]}, and the model "
                f"can't forecast across a gap: the forecast goes on from the one before it.{others} Send what is "
                "missing."
            )
        )
    return told
