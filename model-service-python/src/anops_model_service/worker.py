"""A worker: a process whose main thread loads one model and predicts with it, one request at a time."""

from __future__ import annotations

import argparse
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import AnOpsError, Code, Problem

from anops_model_service.answering import answer
from anops_model_service.channel import Kind, receive, send
from anops_model_service.project import Project
from anops_model_service.reference import example_rows
from anops_model_service.runtime import runtime_for

if TYPE_CHECKING:
    from anops_model_service.runtime import Runtime

_PR_SET_PDEATHSIG = 1
log = logging.getLogger("anops.worker")


class Ready(msgspec.Struct, frozen=True):
    """What a worker says of itself when its model is loaded.

    Attributes:
        name: The model's name.
        version: The model's version.
        description: One sentence about the model.
        language: What it is written in.
        schema: The contract, as `Schema.to_json` writes it.
        row_independent: Whether rows may be batched with others.
        max_batch_rows: The most rows of one batch.
        versions: Of the language and the packages.
        example: A few rows that predict, as JSON records.
    """

    name: str
    version: str
    description: str
    language: str
    schema: str
    row_independent: bool
    max_batch_rows: int
    versions: dict[str, str]
    example: str


def serve(pipe: socket.socket, project: Project, runtime: Runtime) -> None:
    """Answer requests until the supervisor is gone."""
    while (message := receive(pipe)) is not None:
        _, body = message
        try:
            kind, data = Kind.ANSWER, answer(body, project, runtime)
        except AnOpsError as error:
            kind, data = Kind.PROBLEM, error.problem.to_bytes()
        except Exception:
            # a fault of ours: its traceback goes to the log, its request gets the code alone
            log.exception("a prediction failed inside AnOps")
            problem = Problem(Code.INTERNAL, "Can't predict: AnOps failed. The model-service's log has the traceback.")
            kind, data = Kind.PROBLEM, problem.to_bytes()
        send(pipe, kind, data)


def load(folder: Path) -> tuple[Project, Runtime]:
    """Read the project and load its model.

    Raises:
        AnOpsError: `MODEL_LOAD`.
    """
    project = Project.read(folder)
    runtime = runtime_for(project.project.language)
    runtime.load(project)
    return project, runtime


def main() -> int:
    """Run one worker.

    Returns:
        0 when the supervisor is gone, 3 where the model can't be loaded.
    """
    parser = argparse.ArgumentParser(prog="anops-worker")
    parser.add_argument("--pipe", type=int, required=True)
    parser.add_argument("--project", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    _die_with_the_supervisor()
    pipe = socket.socket(fileno=arguments.pipe)
    try:
        project, runtime = load(arguments.project)
    except AnOpsError as error:
        send(pipe, Kind.FAILED, error.problem.to_bytes())
        return 3
    except Exception as error:
        log.exception("the model can't be loaded: a fault of AnOps")
        problem = Problem(Code.MODEL_LOAD, f"Can't load the model: AnOps failed ({type(error).__name__}).")
        send(pipe, Kind.FAILED, problem.to_bytes())
        return 3
    # after loading: R sets handlers of its own; the supervisor alone decides when a worker ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready = Ready(
        name=project.project.name,
        version=project.project.version,
        description=project.project.description,
        language=project.project.language,
        schema=project.schema.to_json(),
        row_independent=project.model.row_independent,
        max_batch_rows=project.service.max_batch_rows,
        versions=runtime.versions(),
        example=example_rows(project),
    )
    # the model lives as long as the process: the collector need not walk it again and again
    gc.collect()
    gc.freeze()
    send(pipe, Kind.READY, msgspec.json.encode(ready))
    serve(pipe, project, runtime)
    return 0


def _die_with_the_supervisor() -> None:
    """Ask Linux to end this process with its parent, however that ends; elsewhere the closed pipe does it."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # no clean-up of interpreters at exit: R and some libraries crash in it
    os._exit(code)
