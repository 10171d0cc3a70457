"""A running container as a place for checks."""

from __future__ import annotations

import io
import re
import tarfile
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from docker.errors import APIError, NotFound

from anops_control.budget import LimitError, left
from anops_control.building.engine import engine_faults
from anops_control.building.packed import packed
from anops_control.errors import CommandError
from anops_control.limits import GIGABYTE
from anops_control.places.place import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import docker

    from anops_control.events import Events

_SCRATCH = "/tmp/anops-checks"  # noqa: S108  inside the container
LIFE_SECONDS = 6 * 3600
"""After it the container ends by itself, should `ao` have been killed."""
_SIGNALS = range(129, 193)
"""Exit codes of programs that a signal ended, as a shell tells them: 128 and the signal's number."""

_OOM_COUNTS = "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null"
_OOM_KILLED = re.compile(r"^oom_kill [1-9]", re.MULTILINE)
"""What the kernel counts of a container's processes that it ended for their memory, in both kinds of cgroups."""


class ImagePlace:
    """A running container with the project, the model and the tools of the checks; see `Place`."""

    measures = True
    scratch = _SCRATCH
    r = ("Rscript", "--vanilla")

    def __init__(
        self, client: docker.APIClient, container: str, project: str, events: Events, memory_bytes: int | None
    ) -> None:
        """Take a container.

        Args:
            client: The engine.
            container: Its ID.
            project: Where the project is inside.
            events: Where the lines are shown that programs write.
            memory_bytes: How much memory all in it may take together; None for any.
        """
        self._client = client
        self._container = container
        self._events = events
        self._memory_bytes = memory_bytes
        self._over: LimitError | None = None
        self.project = project

    def python(self, module: str) -> Sequence[str]:
        """Return what runs a module: what the checks need is installed."""
        return ("python", "-m", module)

    def tool(self, name: str) -> Sequence[str]:
        """Return what runs a tool."""
        return self.python(name)

    def has_r_package(self, package: str) -> bool:  # noqa: ARG002  a place is asked for any
        """Say that R has it: what the checks need is installed."""
        return True

    def run(
        self,
        command: Sequence[str],
        *,
        what: str,
        files: Mapping[str, bytes] | None = None,
        fetch: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a program in the project's folder, and show what it writes; see `Place`."""
        if self._over is not None:
            raise self._over
        try:
            self._bring(files or {}, fetch)
            ended = self._limited(command, what, environment or {})
        except LimitError as error:
            self._over = error
            raise
        return Ended(ended.code, ended.stdout, ended.stderr, self._fetched(fetch))

    def _limited(self, command: Sequence[str], what: str, environment: Mapping[str, str]) -> Ended:
        limits = left(what)
        with self._ended_after(limits.seconds) as late:
            ended = self._run(command, environment)
        if late.is_set():
            raise LimitError(what, limits.words)
        if ended.code and self._memory_bytes and self._was_out_of_memory():
            raise LimitError(what, f"{self._memory_bytes / GIGABYTE:.3g} GB of memory")
        return ended

    def _bring(self, files: Mapping[str, bytes], fetch: Sequence[str]) -> None:
        """Put files into the scratch folder, and take those away that are about to be written."""
        gone = [f"{self.scratch}/{name}" for name in fetch]
        self._run(["sh", "-c", 'mkdir -p "$0" && rm -f "$@"', self.scratch, *gone], {}, shown=False)
        if files:
            with engine_faults():
                self._client.put_archive(self._container, self.scratch, packed(files))

    def _fetched(self, names: Sequence[str]) -> dict[str, bytes]:
        found = {}
        for name in names:
            try:
                with engine_faults():
                    parts, _ = self._client.get_archive(self._container, f"{self.scratch}/{name}")
                    archive = io.BytesIO(b"".join(parts))
            except CommandError as error:
                if isinstance(error.__cause__, NotFound):
                    continue
                raise
            with tarfile.open(fileobj=archive) as packed:
                content = packed.extractfile(packed.next())  # type: ignore[arg-type]
                found[name] = content.read() if content else b""
        return found

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[threading.Event]:
        """End all that runs in the container after a time; the event tells whether that was done."""
        late = threading.Event()

        def end() -> None:
            late.set()
            with suppress(APIError):  # it ended in the same moment
                self._client.kill(self._container)

        timer = threading.Timer(min(seconds, LIFE_SECONDS), end)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()
            timer.join()

    def _was_out_of_memory(self) -> bool:
        return _OOM_KILLED.search(self._run(["sh", "-c", _OOM_COUNTS], {}, shown=False).stdout) is not None

    def _run(self, command: Sequence[str], environment: Mapping[str, str], *, shown: bool = True) -> Ended:
        stdout, stderr = bytearray(), bytearray()
        with engine_faults():
            started = self._client.exec_create(
                self._container, list(command), workdir=self.project, environment=dict(environment)
            )["Id"]
            for written, complained in self._client.exec_start(started, stream=True, demux=True):
                stdout += written or b""
                stderr += complained or b""
                for line in (
                    () if not shown else ((written or b"") + (complained or b"")).decode(errors="replace").splitlines()
                ):
                    self._events.line(line)
            code = self._client.exec_inspect(started)["ExitCode"]
        code = -1 if code is None else 128 - code if code in _SIGNALS else code
        return Ended(code, stdout.decode(errors="replace"), stderr.decode(errors="replace"))
