"""The process that writes the prediction log of a service: `python -m anops_api_service.keeping FILE COLUMNS`.

It lives as long as the service keeps its standard input open, and writes all it was told before it ends, however the
service ended. It leaves the processors to those who answer requests where both want them.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.log_file import OtherFormError
from anops_model_interface.log_keeping import prune
from anops_model_interface.prediction_log import PredictionStore

from anops_api_service.keeping.kept_columns import KeptColumns
from anops_api_service.keeping.messages import Message, Reply, receive, send
from anops_api_service.keeping.rows import predictions_of, reader_of

if TYPE_CHECKING:
    from anops_api_service.bodies.small_json import Reader

_NICENESS = 5


def main(file: Path, columns: KeptColumns) -> None:
    """Write what comes until nobody can send more.

    Args:
        file: The log.
        columns: What may be kept of the rows.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the service, which tells the end by closing the pipe
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    store, readers = PredictionStore(file), dict[int, "Reader"]()
    decode = msgspec.msgpack.Decoder(Message).decode
    while (content := receive(sys.stdin.buffer)) is not None:
        message, reply = decode(content), Reply()
        readers |= {each.number: reader_of(each) for each in message.readers}
        try:
            store.add(
                predictions_of(message.entries, columns, readers),
                dropped=message.dropped,
                time=message.time,
                failures=message.failures,
            )
        except OSError as error:
            reply.failed = str(error)
        if message.before is not None or message.most_bytes is not None:
            try:
                prune(file, before=message.before, most_bytes=message.most_bytes)
            except (OSError, OtherFormError) as error:
                reply.not_deleted = str(error)
        try:
            send(sys.stdout.buffer, reply)
        except BrokenPipeError:  # the service has gone; what it had sent is kept all the same
            continue
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=KeptColumns))
