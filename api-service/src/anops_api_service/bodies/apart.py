"""Has a very large body read in a process of its own: decoders hold Python's lock, and health is to be answered."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.stacking import stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from anops_model_interface.frames import Frame

    from anops_api_service.sent import Decoded

Beside = TypeVar("Beside")

APART_BYTES = 4_000_000
"""Bodies beyond this are read apart: to start a process takes longer than to read a smaller one."""

PIECE_ROWS = 1 << 15
"""How many rows come back at a time: each is taken up while the lock is held."""

_MODULE = "anops_api_service.bodies.apart"


def read_apart(
    read: Callable[..., tuple[Beside, Decoded]], bodies: list[bytes], *arguments: object
) -> tuple[Beside, Decoded]:
    """Read a body, in a process of its own where it is very large; called in a thread.

    Args:
        read: A function of a module, which takes the body and the other arguments. It returns the rows, and what else
            there is to say, which is small.
        bodies: The body; it is taken out, so that it is kept no longer than it is needed.
        arguments: What else the function takes; they can be pickled.

    Raises:
        AnOpsError: As the function does, or `QUEUE_FULL`: the memory ran out.
    """
    body = bodies.pop()
    if len(body) <= APART_BYTES:
        return read(body, *arguments)
    try:
        with _file() as asked, _file() as told:
            pickle.dump((read, arguments), asked)
            asked.write(body)
            asked.seek(0)
            ended = subprocess.run(  # noqa: S603  this Python
                [sys.executable, "-P", "-c", f"from {_MODULE} import answer; answer()"],
                stdin=asked,
                stdout=told,
                stderr=subprocess.DEVNULL,  # it may hold values; what fails there is done again here, and told
                process_group=0,  # what ends this service lets it finish what it was asked
                check=False,
            )
            if ended.returncode == 0:
                del body
                told.seek(0)
                return _result(told)
    except OSError:  # there is no room for files, or for another process
        return read(body, *arguments)
    if ended.returncode < 0:
        raise AnOpsError(
            Code.QUEUE_FULL,
            f"Can't read the body: the process that read it was ended (signal {-ended.returncode}); most often the "
            "memory ran out.",
            remedy="Send the rows in several requests, or as text/csv, which is read piece by piece.",
        )
    return read(body, *arguments)


def answer() -> None:
    """Read the body at standard input, and write what is in it to standard output: the other process."""
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    read, arguments = pickle.load(asked)  # noqa: S301  our own process wrote it
    try:
        beside, decoded = read(asked.read(), *arguments)
    except AnOpsError as error:
        pickle.dump(error.problem.to_bytes(), told)
    else:
        notices = [replace(notice, text=str) for notice in decoded.notices]  # the warnings are written already
        pickle.dump((beside, replace(decoded, frame=decoded.frame.take(0, 0), notices=tuple(notices))), told)
        for start in range(0, decoded.rows, PIECE_ROWS):
            pickle.dump(decoded.frame.take(start, start + PIECE_ROWS), told)
    told.flush()
    os._exit(0)  # to tidy up millions of values would take as long again


def _result(told: IO[bytes]) -> tuple[Any, Decoded]:
    first: Any = pickle.load(told)  # noqa: S301  our own process wrote it
    if isinstance(first, bytes):
        raise AnOpsError.of(Problem.from_bytes(first))
    frames: list[Frame] = []
    while True:
        try:
            frames.append(pickle.load(told))  # noqa: S301  our own process wrote it
        except EOFError:
            break
    beside, decoded = first
    return beside, replace(decoded, frame=stack(frames)) if frames else decoded


def _file() -> IO[bytes]:
    """Return a file without a name: in memory where the system can, as the body is."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("anops-body"), "w+b")
    return tempfile.TemporaryFile()
