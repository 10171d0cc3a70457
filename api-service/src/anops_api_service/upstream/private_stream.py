"""The private stream to our own model-service, opened again for as long as that service is there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from anops_model_interface.certificates import CertificateError, CertificateFiles, client_context
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.private_stream import VERSION, StreamKind

from anops_api_service.logs import log
from anops_api_service.upstream.stream_connection import STOPPED, StreamConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anops_model_interface.private_stream import Announcement
    from anops_model_interface.worker_figures import WorkerFigures

OPEN_SECONDS = 1.0
"""How long an attempt to connect may take."""
AGAIN_SECONDS = 2.0
"""After so long without a connection another is tried."""
_PLAIN = CertificateFiles()


class ModelStream:
    """The stream to one process, opened again for as long as that is followed.

    Attributes:
        announcement: What the process said of it.
    """

    def __init__(
        self,
        host: str,
        announcement: Announcement,
        settled: Callable[[], Awaitable[None]],
        certificates: CertificateFiles = _PLAIN,
    ) -> None:
        """Make a stream that is not open yet.

        Args:
            host: The host of the model-service.
            announcement: What it said of its stream.
            settled: Waits until all requests that were received by now have their answers.
            certificates: With which to connect; without any, nothing is encrypted.
        """
        self._host = host
        self._certificates = certificates
        self._settled = settled
        self.announcement = announcement
        self._connection: StreamConnection | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._other_version: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent on it; gRPC takes it otherwise."""
        return self._connection is not None and not self._connection.lost.done()

    async def open(self) -> None:
        """Try to connect once, and go on trying behind the scenes."""
        connected = await self._connect()
        if self._other_version is not None:
            log.warning(
                "the model-service speaks version %s of the private stream, and this api-service version %d: "
                "predictions take gRPC, which is slower. Install both services in the same version of AnOps",
                self._other_version,
                VERSION,
            )
            return
        if not connected:
            log.info(
                "port %d of the model-service can't be reached: predictions take gRPC, which is slower. "
                "ANOPS_PRIVATE_STREAM_PORT of the model-service says which port it is",
                self.announcement.port,
            )
        self._keeping = asyncio.create_task(self._keep())

    @property
    def takes_any_length(self) -> bool:
        """Whether longer requests than the stream takes go to a worker by themselves."""
        return self._connection is not None and bool(self._connection.loans)

    async def infer(self, request: bytes, *, within: float | None = None) -> bytes | None:
        """Send a request and wait for its answer.

        Args:
            request: A request in our private form.
            within: For how many seconds it may be computed, where those are fewer than the deadline.

        Returns:
            An answer in our private form; None where the request is too long for the stream.

        Raises:
            AnOpsError: The problem that came instead of an answer, or `NOT_READY` where the stream ended.
        """
        if self._connection is None:
            raise AnOpsError.of(STOPPED)
        asked = await self._connection.ask(request, within)
        if asked is None:
            return None
        kind, body = asked
        if kind is StreamKind.PROBLEM:
            raise AnOpsError.of(Problem.from_bytes(body))
        return body

    async def figures(self) -> WorkerFigures | None:
        """Ask how the workers are; None where nobody says so."""
        return None if self._connection is None else await self._connection.figures()

    def close(self) -> None:
        """End the stream; who waits for an answer is told."""
        self._stop_keeping()
        if self._connection is not None:
            self._connection.close()

    def retire(self) -> None:
        """End the stream once who waits for an answer has it."""
        self._stop_keeping()
        if self._connection is not None:
            self._connection.retire()

    def give_up(self, problem: Problem) -> None:
        """Give up what is waited for, and go on with another connection.

        Args:
            problem: What is said to who waits.
        """
        if self._connection is not None:
            self._connection.give_up(problem)

    def _stop_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()

    async def _keep(self) -> None:
        while True:
            if self._connection is not None:
                await asyncio.wait([self._connection.lost])
            await asyncio.sleep(AGAIN_SECONDS)
            await self._connect()

    async def _connect(self) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                context = client_context(self._certificates) if self._certificates else None
                _, connection = await loop.create_connection(
                    lambda: StreamConnection(self._host, self.announcement, self._settled),
                    self._host,
                    self.announcement.port,
                    ssl=context,
                )
                try:
                    await connection.greeted
                except BaseException:
                    self._other_version = connection.other_version
                    connection.close()
                    raise
        except (OSError, TimeoutError, CertificateError):
            return False
        self._connection = connection
        return True
