"""The fork server: a process that has loaded the model, and forks a worker whenever it is told to.

A forked worker is ready in tens of milliseconds and shares the memory of what it only reads. The price is a few
rules: nothing is predicted here, since thread pools that a prediction starts don't live on in a copy; nothing is
forked while there is more than one thread; and each worker parts with what must not be shared.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import NoReturn

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.quiet_log import QuietFormatter

from anops_worker import linux
from anops_worker.channel import PipeKind, send
from anops_worker.fork_safety import open_files, why_not_to_fork
from anops_worker.isolating.isolation import IsolationMode, isolate, narrow
from anops_worker.orders import receive_order
from anops_worker.worker import LoadedModel, work

log = logging.getLogger("anops.worker")

_OBJECTS_PER_COLLECTION = 50_000
"""How rarely the garbage collector looks while modules are imported and a model is read: both make little garbage."""

_LONGEST_ADOPTION = 5.0
"""Seconds until the supervisor is the parent of a worker, at the most."""


def main() -> int:
    """Load a model and take orders.

    Returns:
        0 when the supervisor is gone, 3 where the model can't be loaded.
    """
    parser = argparse.ArgumentParser(prog="anops-forksrv")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--digest", default="")
    parser.add_argument("--isolation", type=IsolationMode, default=IsolationMode.AUTO)
    parser.add_argument("--scratch", type=Path, required=True)
    arguments = parser.parse_args()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    supervisor = os.getppid()
    linux.die_with(supervisor)
    linux.set_name("anops-forksrv")
    control = socket.socket(fileno=arguments.control)
    control.set_inheritable(False)
    _ignore_signals()
    before = open_files() if sys.platform == "linux" else {}
    thresholds = gc.get_threshold()
    gc.set_threshold(_OBJECTS_PER_COLLECTION, *thresholds[1:])
    try:
        model = LoadedModel.load(
            arguments.project,
            wanted=arguments.digest,
            isolated=lambda project: isolate(project, arguments.scratch, arguments.isolation),
        )
    except AnOpsError as error:
        send(control, PipeKind.FAILED, error.problem.to_bytes())
        return 3
    except BaseException as error:  # noqa: BLE001  whatever a model's code raises
        # nothing was sent yet: its text holds no values
        log.error("the model can't be loaded: a fault of AnOps\n%s", traceback.format_exc())  # noqa: TRY400
        problem = Problem(Code.MODEL_LOAD, f"Can't load the model: AnOps failed ({type(error).__name__}).")
        send(control, PipeKind.FAILED, problem.to_bytes())
        return 3
    # again: R sets handlers of its own as it starts
    _ignore_signals()
    gc.set_threshold(*thresholds)
    # what is there lives as long as the process: the collector need not walk it again and again, nor touch its pages
    gc.collect(1)
    gc.freeze()
    linux.give_memory_back()
    send(control, PipeKind.LOADED, b"")
    take_orders(control, model, supervisor, before)
    return 0


def take_orders(control: socket.socket, model: LoadedModel, supervisor: int, before: dict[int, str]) -> None:
    """Do what the supervisor says until it is gone.

    Args:
        control: Where its orders come from.
        model: What workers predict with.
        supervisor: Its process ID.
        before: The files that were open before the model was loaded.
    """
    while (order := receive_order(control)) is not None:
        kind, scratch, pipe = order
        if kind is PipeKind.SERVE:
            control.close()
            linux.set_name("anops-worker")
            _narrow(model, scratch)
            work(pipe, model)
            return
        reason = why_not_to_fork(before, pipe.fileno())
        if reason is not None:
            send(control, PipeKind.CANNOT_FORK, reason.encode())
        else:
            _fork(control, pipe, scratch, model, supervisor)
        pipe.close()


def _fork(control: socket.socket, pipe: socket.socket, scratch: str, model: LoadedModel, supervisor: int) -> None:
    """Fork a worker whose parent is the supervisor, and tell it the worker's process ID.

    The process between this one and the worker ends at once; the supervisor takes over what it leaves behind, so
    workers live on when this one ends.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    try:
        between = os.fork()
        if between == 0:
            os.close(reading)
            _leave_a_worker(control, pipe, scratch, model, supervisor, writing)
    except OSError as error:
        problem = Problem(Code.MODEL_LOAD, f"Can't start a worker: {error.strerror}.")
        send(control, PipeKind.FAILED, problem.to_bytes())
        return
    finally:
        os.close(writing)
        told = os.read(reading, 8)
        os.close(reading)
    os.waitpid(between, 0)
    if told:
        send(control, PipeKind.FORKED, told)
    else:
        problem = Problem(Code.MODEL_LOAD, "Can't start a worker: the system allows no more processes or memory.")
        send(control, PipeKind.FAILED, problem.to_bytes())


def _leave_a_worker(
    control: socket.socket, pipe: socket.socket, scratch: str, model: LoadedModel, supervisor: int, writing: int
) -> NoReturn:
    status = 1
    try:
        here = os.getpid()
        worker = os.fork()
        if worker:
            os.write(writing, worker.to_bytes(8, "little"))
            os._exit(0)
        os.close(writing)
        control.close()
        linux.set_name("anops-worker")
        _wait_for_adoption(here, supervisor)
        linux.die_with(supervisor)
        os.environ["TMPDIR"] = scratch
        tempfile.tempdir = None
        _narrow(model, scratch)
        work(pipe, model)
        status = 0
    except BaseException:
        log.exception("a worker failed")
    finally:
        leave(status)


def _narrow(model: LoadedModel, scratch: str) -> None:
    narrow(model.ready.isolation, model.project, Path(scratch))


def _wait_for_adoption(between: int, supervisor: int) -> None:
    end = time.monotonic() + _LONGEST_ADOPTION
    while os.getppid() == between and time.monotonic() < end:
        time.sleep(0.0002)
    if os.getppid() != supervisor:
        os._exit(0)


def _ignore_signals() -> None:
    """Leave it to the supervisor when this process ends: a terminal's Ctrl-C goes to all of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def leave(status: int) -> NoReturn:
    """End this process without the clean-up of interpreters: R and some libraries crash in it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(status)


if __name__ == "__main__":
    leave(main())
