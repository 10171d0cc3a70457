"""The process that writes the prediction log of a service: `python -m anops_api_service.keeping`.

It lives as long as the service keeps its standard input open, and writes all it was told before it ends, however the
service ended. It leaves the processors to those who answer requests where both want them.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import AnOpsError
from anops_model_interface.log_file import OtherFormError, log_place
from anops_model_interface.log_keeping import prune
from anops_model_interface.prediction_log import PredictionStore

from anops_api_service.keeping.messages import Begin, Message, Reply, receive, send
from anops_api_service.keeping.rows import predictions_of, reader_of

if TYPE_CHECKING:
    from anops_model_interface.log_file import LogPlace

    from anops_api_service.bodies.small_json import Reader
    from anops_api_service.keeping.kept_columns import KeptColumns

_NICENESS = 5


def main() -> None:
    """Write what comes until nobody can send more."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the service, which tells the end by closing the pipe
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    first = receive(sys.stdin.buffer)
    if first is None:
        return
    begin = msgspec.msgpack.decode(first, type=Begin)
    log = _Log(log_place(begin.place), begin.columns)
    decode = msgspec.msgpack.Decoder(Message).decode
    while (content := receive(sys.stdin.buffer)) is not None:
        reply = log.keep(decode(content))
        try:
            send(sys.stdout.buffer, reply)
        except BrokenPipeError:  # the service has gone; what it had sent is kept all the same
            continue
    log.close()


class _Log:
    def __init__(self, place: LogPlace, columns: KeptColumns) -> None:
        self._place, self._columns = place, columns
        self._store: PredictionStore | None = None  # where it is away, it is looked for again with each message
        self._readers: dict[int, Reader] = {}

    def keep(self, message: Message) -> Reply:
        self._readers |= {each.number: reader_of(each) for each in message.readers}
        reply = Reply()
        try:
            if self._store is None:
                self._store = PredictionStore(self._place)
            self._store.add(
                predictions_of(message.entries, self._columns, self._readers),
                dropped=message.dropped,
                time=message.time,
                failures=message.failures,
            )
        except (OSError, OtherFormError) as error:
            reply.failed = str(error)
        except AnOpsError as error:  # its message may have values in it
            reply.failed = f"rows that were answered can't be read again ({error.problem.code})"
        if message.before is not None or message.most_bytes is not None:
            try:
                prune(self._place, before=message.before, most_bytes=message.most_bytes)
            except (OSError, OtherFormError) as error:
                reply.not_deleted = str(error)
        return reply

    def close(self) -> None:
        if self._store is not None:
            self._store.close()


if __name__ == "__main__":
    main()
