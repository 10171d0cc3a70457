"""One connection of a client: how far it has come with its requests, for those who end what stalls."""

from __future__ import annotations

import asyncio
import select
import urllib.parse
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import httptools
from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from anops_http.connections.cycle import Cycle
from anops_http.connections.declined_upgrade import read_on
from anops_http.connections.half_closed import HalfClosed
from anops_http.connections.pipelining import SLICE_BYTES, Backlog, PatientFlow
from anops_http.connections.transport import GatheringProtocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from anops_http.connections.handshake import Handshake
    from anops_http.connections.transfer import Transfer

MOST_HEAD = 1 << 16
"""How many bytes a request may have before its body."""


class Everyone(Protocol):
    """Who looks after all connections.

    Attributes:
        now: The time when they were last looked at.
        draining: Whether the service ends.
        arrived: How many requests have come since.
    """

    now: float
    draining: bool
    arrived: int

    def admit(self, connection: Connection) -> None:
        """Take in a connection."""

    def write(self, problem: Problem) -> tuple[Mapping[str, str], bytes]:
        """Return the headers and the body of a problem that no application answers."""


class _HeadError(Exception):
    """A head that the parser takes, and HTTP does not.

    Attributes:
        what: What is wrong with it.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Connection(GatheringProtocol):
    """uvicorn's protocol without timers of its own: one look at all connections a second costs less than one for each.

    Attributes:
        in_head: Whether it waits for the head of a request that has begun, or for its very first.
        since: When it began to do what it does: to wait for a head, or for the next request.
        received: How many bytes have come.
        reading: What has come of the body that is waited for; None: nobody has looked at it.
        sending: What the client has taken of the answer that waits for it; None: none does.
        used: Whether it has had a request.
        over: Whether it is one too many, and ends with its answer.
        handshake: With which it began; None: without TLS.
    """

    def __init__(self, *args: Any, connections: Everyone, **settings: Any) -> None:  # noqa: ANN401  uvicorn's
        super().__init__(*args, **settings)
        self._all = connections
        self.in_head = True
        self.since = connections.now
        self.received = 0
        self.reading: Transfer | None = None
        self.sending: Transfer | None = None
        self.used = self.over = False
        self.handshake: Handshake | None = None
        self._head_bytes = 0
        self._broken = False
        self._backlog = Backlog(self.pipeline)
        self._half_closed = HalfClosed(self)

    @property
    def is_busy(self) -> bool:
        """Whether a request is being read or answered."""
        return bool(self._backlog) or self._owes_answers

    @property
    def _owes_answers(self) -> bool:
        """Whether a request that has come is not answered; what is only kept may be none."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a request of which nothing has come, not even to where it was not read yet."""
        return not self.is_busy and not self.has_begun and not self._has_unread()

    @property
    def has_begun(self) -> bool:
        """Whether a part of a request's head has come."""
        return self.in_head and self.scope is not None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection, where there is room for it."""
        super().connection_made(transport)
        self.flow = PatientFlow(self.transport, self.pipeline)
        self._all.admit(self)

    def data_received(self, data: bytes) -> None:
        """Take in some bytes."""
        self.received += len(data)
        if self._backlog or self.pipeline or len(data) > SLICE_BYTES:
            self._backlog.take(data, self._understand)
        else:
            self._understand(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it
        """Answer what has come whole from a client that sends no more: it may still read."""
        # with TLS there is no half of a connection
        if self._broken or not self.is_busy or self.cycle.more_body or self.transport.get_extra_info("ssl_object"):
            return False
        self.cycle.keep_alive = False
        self._half_closed.begin()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what belongs to it."""
        self._half_closed.end()
        self._backlog.forget()
        super().connection_lost(exc)

    def _understand(self, data: bytes) -> None:
        if self._broken:  # what comes now can't be told from garbage
            return
        was_in_head = self.in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            fault = error.__context__
            what = fault.what if isinstance(fault, _HeadError) else "it is not valid HTTP"
            self.refuse(Problem(Code.REQUEST_SYNTAX, f"Can't read the request: {what}."))
            return
        except httptools.HttpParserUpgrade as offer:
            read_on(self, data[offer.args[0] :], self._understand)
        if was_in_head and self.in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                what = f"Can't read a request with more than {MOST_HEAD:,} bytes before its body."
                self.refuse(Problem(Code.HEAD_TOO_LARGE, what, remedy="Send data and options in the body."))

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.in_head = True
        self.since = self._all.now
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Begin its answer.

        Raises:
            _HeadError: It does not say which service it means (RFC 9112, 3.2).
        """
        named = [name for name, _ in self.headers].count(b"host")
        if named != 1 and (named or self.parser.get_http_version() == "1.1"):
            raise _HeadError("it has no header `Host`" if not named else "it has the header `Host` more than once")
        self.in_head = False
        self.used = True
        self.reading = None
        earlier = self.cycle
        self._begin_cycle(earlier)
        if self.over:
            self.cycle.keep_alive = False
        elif self._all.draining:
            self._all.arrived += 1
            # no request that is here already is lost over the end: the last of them closes the connection
            if earlier is not None and not earlier.response_started:
                earlier.keep_alive = True
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """Go on with what has come meanwhile."""
        # as uvicorn has it, without its timer
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.since = self._all.now
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        if self._backlog:
            self._backlog.go_on(self._understand)
        self.flow.resume_reading()

    def _begin_cycle(self, earlier: RequestResponseCycle | None) -> None:
        """Begin to answer, as uvicorn has it, with a cycle of our own."""
        parser, scope = self.parser, self.scope
        version = parser.get_http_version()
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = version
        scope["path"], scope["raw_path"], scope["query_string"] = _parsed(self.url)
        self.cycle = Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if earlier is None or earlier.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def refuse(self, problem: Problem) -> None:
        """Answer with a problem where no request came whole, and end the connection.

        Where one did, it is answered first, and nothing else is: a problem would be taken for its answer.
        """
        self._broken = True
        if self.transport.is_closing():
            return
        if self._owes_answers and not self._only_a_body_comes():
            self.cycle.keep_alive = False
            return
        headers, body = self._all.write(problem)
        lines = [STATUS_LINE[problem.code.info.http]]
        ending = {**headers, "content-length": str(len(body)), "connection": "close"}
        lines += [f"{name}: {value}\r\n".encode() for name, value in ending.items()]
        self.transport.write(b"".join([*lines, b"\r\n", body]))
        self.transport.close()

    def shutdown(self) -> None:
        """End it for the service's sake, once all that has come is answered."""
        if self.is_idle:
            self.transport.close()
        elif self.is_busy:
            self.cycle.keep_alive = False

    def _only_a_body_comes(self) -> bool:
        """Say whether the one request under way has not come whole, and nothing of its answer has gone."""
        return not self.pipeline and self.cycle.more_body and not self.cycle.response_started

    def _has_unread(self) -> bool:
        """Say whether the system has bytes of it that were not read yet."""
        number = self.transport.get_extra_info("socket").fileno()
        if number < 0:
            return False
        poll = select.poll()
        poll.register(number, select.POLLIN)
        return bool(poll.poll(0))


@lru_cache(maxsize=64)
def _parsed(url: bytes) -> tuple[str, bytes, bytes]:
    """Return the path of a request, decoded and as it came, and its query."""
    parsed = httptools.parse_url(url)
    path: str = parsed.path.decode("ascii")
    return urllib.parse.unquote(path) if "%" in path else path, parsed.path, parsed.query or b""
