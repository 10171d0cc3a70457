"""The newest values of each entity in a Feast repository, which is asked in a process of its own.

Feast is large and brings many packages, so that it has its own Python, and no service imports it. Whether a value
still counts is judged here as everywhere: Feast gives out values that have expired, or whose time has not come.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from anops_model_interface.alone import alone
from anops_model_interface.feature_store import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from anops_model_interface.feature_store import Row

SCHEME = "feast:"
_PROGRAM = Path(__file__).with_name("feast_program.py")
_START_SECONDS, _SECONDS = 180.0, 30.0
"""How long it may take to import Feast and to open the repository, and how long an answer may take after that."""


def is_feast(address: str) -> bool:
    """Say whether an address is one of a Feast repository."""
    return address.startswith(SCHEME)


def absolute(address: str, home: Path) -> str:
    """Return an address whose paths no more depend on where it stands."""
    folder, python = _read(address)
    found = f"{SCHEME}{home / folder}"
    return found if python is None else f"{found}?python={_program(python, home)}"


def _program(python: str, home: Path) -> str:
    return str(home / Path(python).expanduser()) if "/" in python else python


def _read(address: str) -> tuple[Path, str | None]:
    folder, _, query = address.removeprefix(SCHEME).partition("?")
    told = parse_qs(query, keep_blank_values=True)
    if not folder or told.keys() - {"python"}:
        raise OSError(f"`{address}` must be `{SCHEME}FOLDER` or `{SCHEME}FOLDER?python=PYTHON`")
    return Path(folder).expanduser(), told["python"][-1] if "python" in told else None


class FeastFeatures:
    """A store in a Feast repository. One question is asked at a time; a process that says nothing is ended."""

    def __init__(self, address: str, *, seconds: float = _SECONDS, begins: bool = False) -> None:
        """Take its address, `feast:FOLDER?python=PYTHON`.

        Args:
            address: It. Without a Python, that of this process is taken.
            seconds: How long an answer may take.
            begins: Whether to start now, so that the first question need not wait for it.

        Raises:
            OSError: It is none, or no folder of a repository.
        """
        self._folder, python = _read(address)
        self._python = python or sys.executable
        self._seconds = seconds
        self._one = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        if not (self._folder / "feature_store.yaml").is_file():
            raise OSError(f"{self._folder} is no Feast repository: it has no feature_store.yaml")
        if begins:
            threading.Thread(target=self._begin, name="feast", daemon=True).start()

    def close(self) -> None:
        """End its process."""
        with self._one:
            self._end()

    def put(self, name: str, view: View, rows: Iterable[Row], now: datetime) -> int:  # noqa: ARG002  as the port has it
        """Keep nothing: Feast fills its store itself."""
        raise OSError("Feast fills its online store itself, for example by `feast materialize-incremental`")

    def brought_by(self, name: str) -> str:  # noqa: ARG002  as the port has it
        """Return what brings a view there."""
        return "feast apply"

    def views(self) -> list[dict[str, Any]]:
        """Return all views: `name`, `entity`, `features` with their types, `ttl` in seconds."""
        found: list[dict[str, Any]] = self._asked("views")
        return found

    def view(self, name: str) -> View | None:
        """Return a view."""
        found = self._asked("view", name)
        if found is None:
            return None
        if not found["entity"]:
            raise OSError(f"Feast's view `{name}` has no entity, so that no key says which value is meant")
        return View(tuple(found["entity"]), tuple(found["features"]), found["ttl"])

    def get(self, name: str, keys: Sequence[Sequence[Any]]) -> list[tuple[int, str] | None]:
        """Return values."""
        if not keys:
            return []
        found = self._asked("online", name, [list(each) for each in keys])
        return [None if each is None else (each[0], json.dumps(each[1])) for each in found]

    def count(self, name: str) -> tuple[int, datetime | None]:
        """Return nothing: Feast does not say how many there are."""
        raise OSError(f"Feast does not say how many entities of `{name}` are in its online store")

    def history(self, rows: Path, wanted: Sequence[str], target: Path) -> int:
        """Write features of rows as of their times; see `feast_program.py`. It may take as long as it takes."""
        return int(self._asked("history", str(rows), list(wanted), str(target), seconds=float("inf")))

    def _begin(self) -> None:
        try:
            self._asked("hello")
        except OSError:
            return  # the next question says it again, to who asked

    def _asked(self, ask: str, *arguments: Any, seconds: float | None = None) -> Any:  # noqa: ANN401  JSON
        patience = self._seconds if seconds is None else seconds
        if not self._one.acquire(timeout=min(patience, _START_SECONDS)):
            raise OSError(f"Feast is busy, or still starting, for more than {patience:g} seconds")
        try:
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process = subprocess.Popen(  # noqa: S603  the Python that the address names
                    alone(self._python, _PROGRAM, str(self._folder)),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                self._exchanged(self._process, "hello", (), _START_SECONDS)
            return self._exchanged(self._process, ask, arguments, patience)
        finally:
            self._one.release()

    def _exchanged(self, process: subprocess.Popen[bytes], ask: str, arguments: Sequence[Any], seconds: float) -> Any:  # noqa: ANN401  JSON
        question = json.dumps({"ask": ask, "with": arguments}, default=str).encode() + b"\n"
        try:
            asking, answers = _ends(process)
            asking.write(question)
            asking.flush()
            told = json.loads(self._line(answers, time.monotonic() + seconds))
        except OSError:
            self._end()
            raise
        if "error" in told:
            if ask == "hello":
                self._end()
            raise OSError(f"Feast in {self._folder}, asked by {self._python}: {told['error']}")
        return told["answer"]

    def _line(self, answers: Any, until: float) -> bytes:  # noqa: ANN401  a buffered pipe
        waiting = select.poll()  # select() takes no descriptor above 1023, which a busy service has
        waiting.register(answers, select.POLLIN)
        while b"\n" not in self._rest:
            left = until - time.monotonic()
            if not waiting.poll(None if left == float("inf") else max(0.0, left) * 1000):
                raise OSError(f"Feast in {self._folder} did not answer in time, and its process was ended")
            part = answers.read1()
            if not part:
                raise OSError(f"the process that asks Feast in {self._folder} has ended: {self._python}")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _end(self) -> None:
        process, self._process, self._rest = self._process, None, b""
        if process is None:
            return
        for pipe in _ends(process):
            with suppress(OSError):  # what was not written yet is of no use to who has ended
                pipe.close()
        process.kill()
        process.wait()


def _ends(process: subprocess.Popen[bytes]) -> tuple[Any, Any]:
    return process.stdin, process.stdout
