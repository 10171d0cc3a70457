"""A throw-away image and container for the tests, made from the very image that is pushed."""

from __future__ import annotations

import io
import re
import tarfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from docker.errors import APIError, NotFound

from anops_control.budget import LimitError, left
from anops_control.building.engine import engine_faults
from anops_control.building.image_build import run_build
from anops_control.limits import GIGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import docker

    from anops_control.events import Events

TOOLS = "/anops-checks"
"""Where the child has what only the checks need."""

_LABEL = "org.anops.throw-away"
_LIFE_SECONDS = 6 * 3600
"""After it the container ends by itself, should `ao` have been killed."""


_END_SECONDS = 15

_OOM_COUNTS = "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null"
_OOM_KILLED = re.compile(r"^oom_kill [1-9]", re.MULTILINE)
"""What the kernel counts of a container's processes that it ended for their memory, in both kinds of cgroups."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended in the child.

    Attributes:
        code: Its exit code.
        stdout: What it wrote.
        stderr: What it wrote there.
    """

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a child gets on top of the image.

    Attributes:
        install: The lines of its Dockerfile that install what the checks need.
        tools: Files beside them, by name.
        project_files: Files of the project that the image may lack, such as the tests, by path.
    """

    install: str
    tools: Mapping[str, bytes]
    project_files: Mapping[str, bytes]


class Child:
    """A running container of the child image.

    Attributes:
        project: Where the project is inside.
    """

    def __init__(
        self, client: docker.APIClient, container: str, project: str, events: Events, memory_bytes: int | None
    ) -> None:
        self._client = client
        self._container = container
        self._events = events
        self._memory_bytes = memory_bytes
        self.project = project

    def run(self, command: Sequence[str], *, what: str = "The check", **environment: str) -> Ended:
        """Run a program in the project's folder, and show what it writes.

        Args:
            command: The program and its arguments.
            what: What it does, for the message of a limit: "The test run".
            environment: Environment variables for it.

        Raises:
            LimitError: The limit of time ended it and all else in the container, or that of memory did.
        """
        limits = left(what)
        with self._ended_after(limits.seconds) as late:
            ended = self._run(command, environment)
        if late.is_set():
            raise LimitError(what, limits.words)
        if ended.code and self._memory_bytes and self._was_out_of_memory():
            raise LimitError(what, f"{self._memory_bytes / GIGABYTE:.3g} GB of memory")
        return ended

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[threading.Event]:
        """End all that runs in the container after a time; the event tells whether that was done."""
        late = threading.Event()

        def end() -> None:
            late.set()
            with suppress(APIError):  # it ended in the same moment
                self._client.kill(self._container)

        timer = threading.Timer(min(seconds, _LIFE_SECONDS), end)
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
        return Ended(-1 if code is None else code, stdout.decode(errors="replace"), stderr.decode(errors="replace"))


@contextmanager
def child_of(
    client: docker.APIClient, image: str, recipe: Recipe, events: Events, memory_bytes: int | None = None
) -> Iterator[Child]:
    """Make a child of an image, start it, and leave nothing of it behind.

    Args:
        client: The engine.
        image: The ID of the image.
        recipe: What the child gets on top.
        events: Where the steps are shown.
        memory_bytes: How much memory all in it may take together; None for any.

    Raises:
        StepFailedError: What the checks need can't be installed.
    """
    with engine_faults():
        known = client.inspect_image(image)["Config"]
    variables = dict(pair.partition("=")[::2] for pair in known.get("Env") or ())
    project = variables.get("ANOPS_PROJECT") or known.get("WorkingDir") or "/project"
    user = known.get("User") or "0"
    container: str | None = None
    made: str | None = None
    try:
        with engine_faults():
            made = run_build(client, _context(image, recipe, project, user), events, labels={_LABEL: "true"})
            container = client.create_container(
                made,
                entrypoint=["sleep", str(_LIFE_SECONDS)],
                command=[],
                labels={_LABEL: "true"},
                healthcheck={"test": ["NONE"]},
                host_config=client.create_host_config(init=True, auto_remove=True, **_memory(memory_bytes)),
            )["Id"]
            client.start(container)
        yield Child(client, container, project, events, memory_bytes)
    finally:
        with events.undisturbed():
            _remove(client, image, container, made)


def _memory(limit: int | None) -> dict[str, int]:
    return {} if limit is None else {"mem_limit": limit, "memswap_limit": limit}


def _context(image: str, recipe: Recipe, project: str, user: str) -> io.BytesIO:
    lines = [f"FROM {image}", "USER 0", f"COPY tools {TOOLS}", recipe.install]
    lines += [f"COPY --chown={user if ':' in user else f'{user}:{user}'} project {project}", f"USER {user}"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        _add(archive, "Dockerfile", "\n".join(lines).encode())
        # a folder without files is not packed, and COPY needs one
        for folder, files in (("tools", recipe.tools), ("project", recipe.project_files)):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
            for name, content in files.items():
                _add(archive, f"{folder}/{name}", content)
    packed.seek(0)
    return packed


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    archive.addfile(entry, io.BytesIO(content))


def _remove(client: docker.APIClient, image: str, container: str | None, made: str | None) -> None:
    """Remove the container, and what was made from the image: all of it, also where the last step failed."""
    with engine_faults():
        if container is not None:
            _remove_container(client, container)
        for child in [made] if made else _unnamed_children(client, image):
            _remove_image(client, child)


def _remove_container(client: docker.APIClient, container: str) -> None:
    try:
        client.remove_container(container, force=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:  # it was ended, and removes itself
            raise


def _remove_image(client: docker.APIClient, image: str) -> None:
    """Remove an image, and with it those that it was made from."""
    end = time.monotonic() + _END_SECONDS
    while True:
        try:
            client.remove_image(image, force=True)
        except NotFound:
            return
        except APIError as error:
            # the step that was interrupted still ends
            if error.status_code != HTTPStatus.CONFLICT or time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _unnamed_children(client: docker.APIClient, image: str) -> list[str]:
    """Return the images of the steps that came after an image, the youngest first."""
    known = client.images(all=True)
    children, generation = list[str](), {image}
    while generation:
        generation = {each["Id"] for each in known if each["ParentId"] in generation and not _is_named(each)}
        children = [*generation, *children]
    return children


def _is_named(known: dict[str, Any]) -> bool:
    return any(tag != "<none>:<none>" for tag in known["RepoTags"] or ())
