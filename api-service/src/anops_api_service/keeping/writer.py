"""The process that writes the prediction log, as the service has it: started where it is not there, asked, ended."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from anops_api_service.keeping.messages import Begin, Message, ReaderOf, Reply, receive, send
from anops_api_service.keeping.noted import Long

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.prediction_log import Failure

    from anops_api_service.bodies.small_json import Reader
    from anops_api_service.keeping.kept_columns import KeptColumns
    from anops_api_service.keeping.messages import Small, Written

_END_SECONDS = 30.0


class LogWriter:
    """A process that writes a log; used by one thread, but for `number_of`."""

    def __init__(self, place: LogPlace, columns: KeptColumns) -> None:
        self._begin = Begin(str(place), columns)
        self._columns = columns
        self._process: subprocess.Popen[bytes] | None = None
        self._readers: list[Reader] = []
        self._told = 0
        self._lock = threading.Lock()

    def number_of(self, reader: Reader) -> int:
        """Return the number of a reader of small bodies; any thread may ask."""
        for number, known in enumerate(self._readers):
            if known is reader:
                return number
        with self._lock:
            self._readers.append(reader)
            return len(self._readers) - 1

    def start(self) -> None:
        """Start the process where it does not run: it is ready a while later."""
        if self._process is not None:
            return
        self._told = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "anops_api_service.keeping"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C on a terminal is for the service
        )
        with suppress(BrokenPipeError):  # it is told with the first message
            send(cast("BinaryIO", self._process.stdin), self._begin)

    def keep(self, entries: Iterable[bytes | Long], failures: Sequence[Failure], *, dropped: int, time: float) -> None:
        """Have requests kept, all of them or none.

        Args:
            entries: What was answered.
            failures: What could not be answered.
            dropped: How many requests could not be kept before.
            time: When this is, in seconds since 1970.

        Raises:
            OSError: They are not kept.
        """
        self.start()
        encoded = [msgspec.Raw(each.entry(self._columns) if isinstance(each, Long) else each) for each in entries]
        told, readers = self._told, [*self._readers]
        new = [
            ReaderOf(told + place, reader.schema.to_json(), reader.model) for place, reader in enumerate(readers[told:])
        ]
        reply = self._ask(Message(cast("list[Written | Small]", encoded), new, [*failures], dropped, time))
        self._told = len(readers)
        if reply.failed:
            raise OSError(reply.failed)

    def prune(self, *, before: float | None, most_bytes: int | None) -> None:
        """Have deleted what is older than a time (in seconds since 1970), then the oldest of what is too much.

        Raises:
            OSError: It can't be deleted.
        """
        self.start()
        reply = self._ask(Message([], before=before, most_bytes=most_bytes))
        if reply.not_deleted:
            raise OSError(reply.not_deleted)

    def close(self) -> None:
        """End the process; it has written all that it was told."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _ask(self, message: Message) -> Reply:
        """Return the reply to a message.

        Raises:
            OSError: The process has ended; the next message finds another.
        """
        process = cast("subprocess.Popen[bytes]", self._process)
        try:
            send(cast("BinaryIO", process.stdin), message)
            content = receive(cast("BinaryIO", process.stdout))
        except BrokenPipeError:
            content = None
        if content is None:
            process.kill()
            self._process = None
            with process:
                pass
            raise OSError(f"the process that writes it has ended (exit code {process.returncode})")
        return msgspec.msgpack.decode(content, type=Reply)
