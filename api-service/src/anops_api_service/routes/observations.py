"""The endpoint `/observations`: what was observed is taken in, and given back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec
from anops_http.request_ids import request_id_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened
from anops_model_interface.words import quoted
from anops_series.port import DisagreementError
from starlette.responses import Response
from starlette.routing import Route

from anops_api_service.accept import choose
from anops_api_service.answer_json import closing_members, records
from anops_api_service.bodies.apart import read_apart
from anops_api_service.bodies.body_room import Held
from anops_api_service.bodies.compressed import unpacked
from anops_api_service.bodies.media import ARROW, CSV, JSON, PARQUET, media_type, read_body
from anops_api_service.bodies.whole_body import read_whole
from anops_api_service.facts import facts_of
from anops_api_service.problems import led
from anops_api_service.routes.paths import PREFIXES
from anops_api_service.series.form import form_of
from anops_api_service.series.rows import contradicted, frame_of, observations_of
from anops_api_service.series.told import observed_warnings
from anops_api_service.writers.csv_writer import CsvWriter
from anops_api_service.writers.writer import Closing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import Schema
    from anops_series.port import Observation
    from starlette.requests import Request

    from anops_api_service.bodies.media import MediaType
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.routes.predict import PredictEndpoint
    from anops_api_service.sent import Decoded
    from anops_api_service.series.form import ObservationForm
    from anops_api_service.series.keeper import SeriesKeeper
    from anops_api_service.writers.writer import Writer

_CORRECTIONS, _FROM, _TO = "corrections", "from", "to"
_MOST_TOLD = 5
_YES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class ObservationsEndpoint:
    """Takes in and gives back the observations of a model.

    Attributes:
        predict: Answers predictions: of its models, within its limits.
        keeper: Where they are kept; None: nowhere.
    """

    predict: PredictEndpoint
    keeper: SeriesKeeper | None

    async def taken(self, request: Request) -> Response:
        """Take in observations: all of a request, or none."""
        media = media_type(request.headers.get("content-type", ""), request.headers.get("content-encoding", ""))
        choose(request.headers.get("accept", ""), (JSON,))
        corrections = _corrections(_query(request))
        limits, held = self.predict.limits, Held(self.predict.bodies)
        model = form = None
        receive = unpacked(request.receive, media.packed) if media.packed else request.receive
        try:
            body = await read_body(
                receive,
                most=limits.body,
                announced=request.headers.get("content-length", ""),
                held=held,
                scope=request.scope,
            )
            model, form, keeper = await self._asked(request)
            _, decoded = await asyncio.to_thread(read_apart, _read, [body], media, form.schema, model.name, limits.body)
        except AnOpsError as error:
            raise _about_observations(error, model, form) from error
        finally:
            if held.size:
                held.give_back()
        rows = observations_of(decoded.frame, form)
        now = datetime.now(UTC)
        try:
            report = await keeper.ask(keeper.store.observe, form.identity, rows, received=now, corrections=corrections)
        except DisagreementError as error:
            raise contradicted(error.disagreements, form) from error
        became = {"new": report.new, "same": report.same, "corrected": report.corrected}
        if self.predict.measurements is not None:
            self.predict.measurements.observed(model.identity, became)
        warnings = [*decoded.warnings, *observed_warnings(rows, form, now)]
        content = {"observations": {**became, "late": report.late}, "state": report.version}
        content |= closing_members(warnings, model.identity, request_id_of(request.scope))
        return Response(msgspec.json.encode(content), media_type=JSON)

    async def given(self, request: Request) -> Response:
        """Give back what was observed."""
        kind = choose(request.headers.get("accept", ""), (JSON, CSV, ARROW, PARQUET))
        model, form, keeper = await self._asked(request)
        wanted = _Wanted.of(_query(request), form)
        state = await keeper.ask(keeper.store.state, form.identity)
        frame = frame_of([one for one in state.observations if wanted.has(one)], form)
        if not frame.rows:
            wanted.refuse_unknown(form)
        request_id = request_id_of(request.scope)
        if kind == JSON:
            content = {"observations": records(frame), "state": state.version}
            content |= closing_members([], model.identity, request_id)
            return Response(msgspec.json.encode(content), media_type=JSON)
        writer = await asyncio.to_thread(_writer, kind, form)
        body = writer.rows(frame) + writer.close(Closing((), model.identity, request_id))
        return Response(body, headers={"content-type": writer.content_type})

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            *(Route(f"{prefix}/observations", self.taken, methods=["POST"]) for prefix in PREFIXES),
            *(Route(f"{prefix}/observations", self.given, methods=["GET"]) for prefix in PREFIXES),
        ]

    async def _asked(self, request: Request) -> tuple[DescribedModel, ObservationForm, SeriesKeeper]:
        model = await self.predict.models.asked(request.path_params).ready_model()
        facts_of(request.scope).asks(model)
        form = form_of(model)
        if self.keeper is None:
            raise AnOpsError(
                Code.NO_SERIES,
                f"The observations of `{model.name}` can't be kept: this service has no time-series store.",
                remedy="Start the api-service with --series-store FILE, or with the address of a PostgreSQL database.",
            )
        return model, form, self.keeper


@dataclass(frozen=True, slots=True)
class _Wanted:
    start: datetime | None
    end: datetime | None
    key: Mapping[str, str]

    @classmethod
    def of(cls, query: Mapping[str, str], form: ObservationForm) -> _Wanted:
        unknown = [name for name in query if name not in {_FROM, _TO, *form.keys}]
        if unknown:
            known = quoted([_FROM, _TO, *form.keys])
            raise AnOpsError(
                Code.OPTION_UNKNOWN, f"There is no parameter `{shortened(unknown[0])}` here; there are {known}."
            )
        start, end = (_moment(query, name, form) for name in (_FROM, _TO))
        return cls(start, end, {name: query[name] for name in form.keys if name in query})

    def refuse_unknown(self, form: ObservationForm) -> None:
        """Refuse the key of a series that the model does not have; nothing is kept of it either.

        Raises:
            AnOpsError: `COLUMN_LEVEL`.
        """
        for name, value in self.key.items():
            spec = form.schema.inputs[name]
            if spec.levels is not None and spec.novel == "error" and value not in spec.levels:
                raise AnOpsError(
                    Code.COLUMN_LEVEL,
                    f"There are no observations: the model has no series with the `{name}` {shortened(value)}.",
                    remedy=f"It has {quoted(spec.levels, most=_MOST_TOLD)}.",
                )

    def has(self, one: Observation) -> bool:
        if (self.start is not None and one.time < self.start) or (self.end is not None and one.time > self.end):
            return False
        return not self.key or self.key.items() <= dict(one.key).items()


def _read(body: bytes, media: MediaType, schema: Schema, model: str, most: int) -> tuple[None, Decoded]:
    return None, read_whole(body, media, schema, model=model, most=most)


def _moment(query: Mapping[str, str], name: str, form: ObservationForm) -> datetime | None:
    if name not in query:
        return None
    try:
        return form.moment(query[name])
    except (ValueError, OverflowError) as error:
        raise AnOpsError(
            Code.OPTION_VALUE, f"`{name}` must be a time such as {form.last}, not {shortened(query[name])}."
        ) from error


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))


def _corrections(query: Mapping[str, str]) -> bool:
    unknown = [name for name in query if name != _CORRECTIONS]
    if unknown:
        raise AnOpsError(
            Code.OPTION_UNKNOWN, f"There is no parameter `{shortened(unknown[0])}` here; there is `{_CORRECTIONS}`."
        )
    value = query.get(_CORRECTIONS, "false")
    if value not in _YES:
        raise AnOpsError(Code.OPTION_VALUE, f"`{_CORRECTIONS}` must be true or false, not {shortened(value)}.")
    return _YES[value]


def _about_observations(error: AnOpsError, model: DescribedModel | None, form: ObservationForm | None) -> AnOpsError:
    """Return an error as one of observations: readers of bodies speak of predictions."""
    problem = error.problem
    if problem.remedy is None and form is not None and any(
        fault.code is Code.COLUMN_LEVEL and fault.column in form.keys for fault in problem.faults
    ):  # fmt: skip
        problem = replace(problem, remedy="A new series is forecast once the model was fitted on it.")
    whose = "" if model is None else f" of `{model.name}`"
    return led(AnOpsError.of(problem), f"Can't take in observations{whose}")


def _writer(kind: str, form: ObservationForm) -> Writer:
    if kind == CSV:
        return CsvWriter()
    # the Arrow library takes 40 MB, which only those pay for who use it
    if kind == ARROW:
        from anops_api_service.writers.arrow_writer import ArrowWriter  # noqa: PLC0415

        return ArrowWriter(form.schema)
    from anops_api_service.writers.parquet_writer import ParquetWriter  # noqa: PLC0415

    return ParquetWriter(form.schema)
