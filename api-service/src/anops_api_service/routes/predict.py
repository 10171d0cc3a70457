"""The endpoint `POST /predict`: body in, checked frame to the model, answer out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from anops_http.request_ids import request_id_of
from anops_model_interface.errors import AnOpsError

from anops_api_service.accept import choose
from anops_api_service.answer_json import json_answer
from anops_api_service.bodies.apart import read_apart
from anops_api_service.bodies.body_room import Held
from anops_api_service.bodies.compressed import rest_of, unpacked
from anops_api_service.bodies.media import (
    ARROW,
    CSV,
    JSON,
    JSON_LINES,
    PARQUET,
    MediaType,
    media_type,
    read_body,
)
from anops_api_service.bodies.named_csv import NamedCsv
from anops_api_service.bodies.upload import Upload
from anops_api_service.explaining.asked import may_ask, refuse_rows
from anops_api_service.facts import facts_of
from anops_api_service.features.filling import with_features
from anops_api_service.features.telling import telling_features
from anops_api_service.forms_of_rows import reader_of, writer_of
from anops_api_service.models.replaced import ReplacedError
from anops_api_service.query_options import options_of
from anops_api_service.request_context import UPLOAD
from anops_api_service.request_headers import headers_of, names
from anops_api_service.routes.explaining import explanation
from anops_api_service.routes.sending import send_answer
from anops_api_service.spool import Spool, SpoolRoom
from anops_api_service.streaming import StreamedPrediction
from anops_api_service.whole_json import document_of, read_beside, read_json
from anops_api_service.writers.csv_writer import CsvWriter
from anops_api_service.writers.writer import Closing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.frames import Frame
    from starlette.types import Receive, Scope, Send

    from anops_api_service.bodies.body_room import BodyRoom
    from anops_api_service.dialect import Dialect
    from anops_api_service.facts import Facts
    from anops_api_service.features.lookup import Lookup
    from anops_api_service.limits import Limits
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.observing.measurements import Measurements
    from anops_api_service.prediction_log import PredictionLog
    from anops_api_service.sent import Sent
    from anops_api_service.traffic.shadow import Shadow
    from anops_api_service.traffic.split import Split

_HEADERS = names("accept", "content-type", "content-encoding", "content-length")
_PIECE_ROWS = 1 << 14
"""How many rows of a large answer are written at a time."""

_LARGE_BYTES = 200_000
"""Bodies beyond this are read in a thread, so that health checks are answered meanwhile."""


@dataclass(frozen=True, slots=True)
class PredictEndpoint:
    """A plain ASGI application: nothing stands between the socket and the decoder.

    Attributes:
        models: The models.
        limits: How much is read and kept.
        room: What the disk has for answers to bodies that are read piece by piece.
        bodies: What there is for bodies.
        prediction_log: Keeps which model has answered which request; None: nobody wants it.
        measurements: Takes in what was replaced in rows; None: nobody wants it.
        dialect: What JSON looks like here; None: as `POST /predict` has it.
        features: Looks up what requests leave out; None: nothing is.
        split: Says which version answers; None: the one that is asked.
        shadow: Is asked beside; None: nobody is.
        one_large: Held by the one large body of JSON that is read or answered: that takes many times its size.
    """

    models: Models
    limits: Limits
    room: SpoolRoom
    bodies: BodyRoom
    prediction_log: PredictionLog | None = None
    measurements: Measurements | None = None
    dialect: Dialect | None = None
    features: Lookup | None = None
    split: Split | None = None
    shadow: Shadow | None = None
    one_large: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope, _HEADERS)
        try:
            kind = _answer_kind(headers.get("accept", ""))
            media = _media_type(headers.get("content-type", ""), headers.get("content-encoding", ""))
        except AnOpsError:
            scope[UPLOAD] = self._upload(scope, receive)
            raise
        if media.packed:
            receive = unpacked(receive, media.packed)
        if media.kind == JSON:
            await self._answer_json(scope, receive, send, kind=kind, media=media, headers=headers)
        else:
            await self._answer_rows(scope, receive, send, kind=kind, media=media, headers=headers)

    async def _answer_json(
        self, scope: Scope, receive: Receive, send: Send, *, kind: str, media: MediaType, headers: Mapping[str, str]
    ) -> None:
        held = Held(self.bodies)
        try:
            try:
                body = await read_body(
                    receive,
                    most=self.limits.body,
                    announced=headers.get("content-length", ""),
                    held=held,
                    scope=scope,
                )
            except AnOpsError:
                scope[UPLOAD] = self._upload(scope, rest_of(receive))
                raise
            asks_why = self.dialect is None and may_ask(body, scope["query_string"])
            looks_up = self.dialect is None and self.features is not None
            if media.lines and (asks_why or looks_up or len(body) <= _LARGE_BYTES):
                body, media = document_of(body, media, self.dialect), MediaType(JSON)
            looked_up: list[dict[str, Any]] = []
            if self.features is not None and self.dialect is None:
                body, media, looked_up = await with_features(self.features, self.models, scope, body, media)
            if asks_why:
                told = await explanation(self, scope, receive, kind=kind, media=media, body=body)
                if told is not None:
                    await send_answer(scope, send, kind, [told], size=len(told))
                    return
            if looked_up:
                send = telling_features(send, looked_up, is_json=kind == JSON)
            if len(body) > _LARGE_BYTES:
                bodies = [body]
                del body
                await self._answer_large(scope, receive, send, kind=kind, media=media, bodies=bodies)
            else:
                await self._answer_small(scope, receive, send, kind=kind, media=media, body=body)
        finally:
            if held.size:
                held.give_back()

    async def _answer_small(
        self, scope: Scope, receive: Receive, send: Send, *, kind: str, media: MediaType, body: bytes
    ) -> None:
        served = self.served(scope)
        deadline = served.deadlines.begin()
        query = scope["query_string"].decode("latin-1")
        request_id, facts = request_id_of(scope), facts_of(scope)
        while True:
            model = await served.ready_model(deadline)
            facts.asks(model)
            sent = self._read(body, media, query, model)
            try:
                answered = await deadline.wait(served.answer(model, sent, deadline, request_id=request_id), receive)
                break
            except ReplacedError:
                continue  # it is read again, for the model that there is now
        self.note(request_id, sent, answered, facts)
        if kind == JSON and self.dialect is None:
            content = _json(answered, request_id)
            await send_answer(scope, send, kind, [content], size=len(content))
            return
        writer = await writer_of(kind, model, dialect=self.dialect)
        content = writer.rows(answered.frame) + writer.close(Closing(answered.warnings, answered.model, request_id))
        await send_answer(scope, send, writer.content_type, [content], size=len(content), warnings=answered.warnings)

    async def _answer_large(
        self, scope: Scope, receive: Receive, send: Send, *, kind: str, media: MediaType, bodies: list[bytes]
    ) -> None:
        """Answer a body that is read in a thread, and forgotten then: its list is the only one that holds it."""
        served = self.served(scope)
        model, facts = await served.ready_model(), facts_of(scope)
        facts.asks(model)
        query, request_id = scope["query_string"].decode("latin-1"), request_id_of(scope)
        async with self.one_large:
            _, decoded = await asyncio.to_thread(
                read_apart, read_beside, bodies, media, query, model.json_body, self.dialect
            )
        deadline = served.deadlines.begin()
        answered = await deadline.wait(served.answer(model, decoded, deadline, request_id=request_id), receive)
        self.note(request_id, decoded, answered, facts)
        del decoded
        writer = await writer_of(kind, model, dialect=self.dialect)
        async with self.one_large:
            chunks = await asyncio.to_thread(lambda: [writer.rows(frame) for frame in _pieces(answered.frame)])
        chunks.append(writer.close(Closing(answered.warnings, answered.model, request_id)))
        told = () if writer.warns else answered.warnings
        await send_answer(scope, send, writer.content_type, chunks, size=sum(map(len, chunks)), warnings=told)

    async def _answer_rows(
        self, scope: Scope, receive: Receive, send: Send, *, kind: str, media: MediaType, headers: Mapping[str, str]
    ) -> None:
        """Answer a body of rows, read piece by piece where the model can predict it so."""
        scope[UPLOAD] = upload = self._upload(scope, receive)
        served = self.served(scope)
        model, facts = await served.ready_model(), facts_of(scope)
        facts.asks(model)
        held = Held(self.bodies)
        if not model.batches or media.kind == PARQUET:
            upload.most, upload.setting, upload.held = self.limits.body, "max_body_mb", held
        upload.check_announced(headers.get("content-length", ""))
        refuse_rows(scope["query_string"], model.schema, model.name)
        options = options_of(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True), model.schema)
        reader = await reader_of(media, model, options, dialect=self.dialect, most=self.limits.body)
        writer = await writer_of(kind, model, dialect=self.dialect)
        if isinstance(reader, NamedCsv) and isinstance(writer, CsvWriter):
            writer.like = reader
        with Spool(self.room) as spool:
            request_id = request_id_of(scope)
            stream = StreamedPrediction(
                served, model, reader, writer, spool, held, request_id, facts, self.prediction_log, self.shadow
            )
            try:
                await stream.run(upload)
                if self.measurements is not None:
                    self.measurements.noticed(stream.gave, reader.notices.all())
            finally:
                upload.held, upload.receive = None, rest_of(receive)
                held.give_back()
            warnings = stream.warnings()
            spool.write(writer.close(Closing(warnings, stream.gave or model.identity, request_id)))
            told = () if writer.warns else warnings
            await send_answer(scope, send, writer.content_type, spool.chunks(), size=spool.size, warnings=told)

    def served(self, scope: Scope) -> ServedModel:
        """Return the model that answers a request.

        Raises:
            AnOpsError: `MODEL_NOT_FOUND`: there is none, or several; `NOT_READY`: it is not known yet which.
        """
        chosen = None if self.split is None else self.split.chosen(scope)
        return chosen or self.models.asked(scope.get("path_params"))

    def note(self, request_id: str, sent: Sent, answered: ModelAnswer, facts: Facts) -> None:
        """Take note of an answer to all of a request, and have another asked beside where that is wanted."""
        facts.add(answered)
        if self.measurements is not None and answered.notices:
            self.measurements.noticed(answered.model, answered.notices)
        if self.prediction_log is not None:
            self.prediction_log.note_answer(request_id, sent, answered, unit=facts.unit)
        if self.shadow is not None and facts.asked is not None:
            self.shadow.ask(facts.asked, sent, request_id=request_id, answered=answered.model, unit=facts.unit)

    def _read(self, body: bytes, media: MediaType, query: str, model: DescribedModel) -> Sent:
        """Read a body: the rows of a small one may be checked with its batch."""
        if media.kind == JSON and media.charset == "utf-8" and self.dialect is None:
            options = options_of(parse_qsl(query, keep_blank_values=True), model.schema) if query else None
            return model.json_body.take(body, options)
        return read_json(body, media, query, model.json_body, self.dialect)

    def _upload(self, scope: Scope, receive: Receive) -> Upload:
        return Upload(receive, scope, self.limits.stream, "max_stream_mb")


def _pieces(frame: Frame) -> Iterator[Frame]:
    for start in range(0, max(frame.rows, 1), _PIECE_ROWS):
        yield frame.take(start, start + _PIECE_ROWS)


def _json(answered: ModelAnswer, request_id: str) -> bytes:
    return json_answer(answered.records, answered.warnings, model=answered.model, request_id=request_id)


@lru_cache(maxsize=64)
def _answer_kind(accept: str) -> str:
    return choose(accept, (JSON, CSV, ARROW, PARQUET, *JSON_LINES))


_media_type = lru_cache(maxsize=64)(media_type)
