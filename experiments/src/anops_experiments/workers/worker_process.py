"""One worker: a process that runs tasks one after the other, and ends with whoever started it."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import psutil

from anops_experiments.failures import ExperimentError, Failure
from anops_experiments.wire import SIZES, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_experiments.tasks import Language

_HERE = Path(__file__).parent
_GUARD = 'read _; kill -KILL -"$0" 2>/dev/null'
"""Waits until the pipe from who started the worker closes, however that ends, and then ends the worker's group."""
_OURS = re.compile(r"^ *\d+: do\.call\(task\$name.*?(?=^An irrecoverable|\Z)", re.DOTALL | re.MULTILINE)
"""The calls of `r_worker.R` in what R prints when it crashes."""
_READ_BYTES = 1 << 18
_LOOK_SECONDS = 0.2
_START_SECONDS = 120.0
_SINGLE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""One worker for a processor: threads of a numeric library would slow the others, and add in another order."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """How a worker is started.

    Attributes:
        language: What it runs.
        folder: Where the code is, and the folder it runs in.
        program: The Python, or `Rscript`.
        environ: Environment variables beside those of who starts it.
        timeout: How many seconds a task may take.
        memory: How many bytes a worker may take.
    """

    language: Language
    folder: str
    program: str
    environ: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    memory: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What two workers that can stand for each other share."""
        return (self.language, self.folder, self.program, tuple(sorted(self.environ.items())))

    @classmethod
    def default(cls, language: Language, folder: Path | str) -> WorkerSpec:
        """Return a worker of this Python, or of the R on PATH."""
        return cls(language, str(Path(folder).resolve()), sys.executable if language == "python" else "Rscript")


class WorkerProcess:
    """A worker.

    Attributes:
        name: "host:pid".
        language: "R 4.2.2", once it has started.
    """

    def __init__(self, spec: WorkerSpec) -> None:
        self._spec = spec
        self._kept = bytearray()
        self._log = TemporaryFile()  # noqa: SIM115  as long as the worker
        requests_end, self._requests = os.pipe()
        self._answers, answers_end = os.pipe()
        ends = (requests_end, answers_end)
        if spec.language == "python":
            command = [spec.program, str(_HERE / "python_worker.py"), *map(str, ends)]
        else:
            command = [spec.program, "--no-save", "--no-restore", str(_HERE / "r_worker.R"), *map(str, ends)]
        environ = dict.fromkeys(_SINGLE_THREAD, "1") | {"PYTHONHASHSEED": "0"} | os.environ | dict(spec.environ)
        try:
            self._process = subprocess.Popen(  # noqa: S603  the person's own Python or R
                command, cwd=spec.folder, env=environ, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
                pass_fds=ends, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            for each in (self._requests, self._answers):
                os.close(each)
            raise ExperimentError(
                f"The program that runs the function can't be started: {spec.program}: {error.strerror}.",
                remedy="Install R, or put the folder of `Rscript` on PATH." if spec.language == "r" else None,
            ) from error
        finally:
            for each in ends:
                os.close(each)
        self._guard = subprocess.Popen(  # noqa: S603  a shell with a number
            ["/bin/sh", "-c", _GUARD, str(self._process.pid)], stdin=subprocess.PIPE, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        self.name = f"{socket.gethostname()}:{self._process.pid}"
        self.language = ""

    def start(self) -> Failure | None:
        """Wait until it can take tasks; return why it can't."""
        got = self.receive(_START_SECONDS)
        if isinstance(got, Failure):
            return got
        self.language = got.first[1]
        return None

    def send(self, lines: bytes) -> None:
        """Ask for tasks; one that has ended hears nothing, and is found out by who waits for its answer."""
        with contextlib.suppress(BrokenPipeError):
            while lines:
                lines = lines[os.write(self._requests, lines) :]

    def receive(self, seconds: float | None, *, rest: float = 0.0) -> Answer | Failure:
        """Return the next answer, or why there will be none; then the worker is of no use any more.

        Args:
            seconds: How long it may take.
            rest: How long to let further answers gather first, where none is here yet.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            if (answer := self._taken()) is not None:
                return answer
            if rest:
                time.sleep(rest)
                rest = 0.0
            wait = _LOOK_SECONDS if until is None else max(0.0, min(_LOOK_SECONDS, until - time.monotonic()))
            if self._poll.poll(wait * 1000):
                got = os.read(self._answers, _READ_BYTES)
                if not got:
                    return self._died()
                self._kept += got
                continue
            if self._spec.memory is not None and (taken := self._memory()) > self._spec.memory:
                told = (
                    f"It took {taken / 1e6:.0f} MB of memory, more than the {self._spec.memory / 1e6:.0f} MB allowed."
                )
                return Failure("memory", told)
            if until is not None and time.monotonic() >= until:
                return Failure("timeout", f"It took longer than {seconds:g} seconds.")

    def kill(self) -> None:
        """Let it end; who waits for an answer hears of it."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it and all that it started."""
        self.kill()
        self._process.wait()
        self._guard.kill()
        self._guard.communicate()
        for each in (self._requests, self._answers):
            os.close(each)
        self._log.close()

    def _taken(self) -> Answer | None:
        if len(self._kept) < SIZES.size:
            return None
        head, body = SIZES.unpack_from(self._kept)
        end = SIZES.size + head + body
        if len(self._kept) < end:
            return None
        found = Answer(bytes(self._kept[SIZES.size : SIZES.size + head]), bytes(self._kept[SIZES.size + head : end]))
        del self._kept[:end]
        return found

    def _died(self) -> Failure:
        code = self._process.wait()
        self._log.seek(0)
        said = _OURS.sub("", self._log.read().decode(errors="replace")).strip()[-2000:]
        if code < 0:
            number = -code
            names = {each.value: each.name for each in signal.Signals}
            ended = f"Its process was killed by signal {number} ({names.get(number, 'an unknown one')})."
        else:
            ended = f"Its process ended with exit code {code}, before the function returned."
        return Failure("died", ended, trace=said or None)

    def _memory(self) -> int:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
        return 0
