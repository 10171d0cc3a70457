"""A reader at a terminal: types a page's steps in a folder of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from free_ports import free_ports
from markdown_steps import is_as_expected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_steps import Step

PORTS = ("8080", "9000")
"""The ports on the pages, of the api-service and of the model-service; others stand in for them here."""

SECONDS = 300


class Terminal:
    """A shell that keeps its folder and its variables from one block to the next."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._number = 0
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def close(self) -> None:
        """Press Ctrl-C and leave.

        Raises:
            AssertionError: Something runs on regardless.
        """
        assert self._shell.stdin is not None
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGINT)
        with suppress(BrokenPipeError):
            self._shell.stdin.close()
        try:
            self._shell.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._shell.pid, signal.SIGKILL)
            self._shell.wait()
            raise AssertionError("Ctrl-C did not end what ran") from None

    def type(self, commands: str) -> str:
        """Type commands, wait for their end, and return what they print.

        Raises:
            AssertionError: They fail, or take too long.
        """
        log, done = self._send(commands)
        printed = self._wait(done.exists, log)
        code = done.read_text().strip()
        assert code == "0", f"`{commands.strip()}` ended with {code}:\n{printed}"
        return printed

    def start(self, command: str, until: str) -> None:
        """Type a command that keeps running, and wait until it has printed a text."""
        log, done = self._send(command)
        printed = self._wait(lambda: until in log.read_text() or done.exists(), log)
        assert not done.exists(), f"`{command.strip()}` ended:\n{printed}"

    def _send(self, commands: str) -> tuple[Path, Path]:
        self._number += 1
        script, log, done = (Path(self._folder, f".{id(self)}-{self._number}.{kind}") for kind in ("sh", "log", "done"))
        script.write_text(f"set -e -o pipefail\n{commands}")
        log.touch()
        assert self._shell.stdin is not None
        # a trap tells the end also where a command that fails ends the shell
        self._shell.stdin.write(
            f"trap 'echo $? > {done}.part && mv {done}.part {done}' EXIT\n"
            f". {script} < /dev/null > {log} 2>&1\n"
            f"echo 0 > {done}.part && mv {done}.part {done}\n"
        )
        self._shell.stdin.flush()
        return log, done

    @staticmethod
    def _wait(condition: Callable[[], bool], log: Path) -> str:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"it takes longer than {SECONDS} s; it has printed:\n{log.read_text()}"
            time.sleep(0.02)
        return log.read_text()


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """Give a reader a folder, and terminals that find the programs of this environment."""
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    library = folder / ".R-library"
    library.mkdir()
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "VIRTUAL_ENV": sys.prefix,
        "ANOPS_PORT": ports[PORTS[0]],
        # workspaces, which are kept beside no project
        "ANOPS_HOME": str(folder / ".anops-home"),
        # what a page installs into R stays at the desk
        "R_LIBS": os.pathsep.join(filter(None, [str(library), os.environ.get("R_LIBS")])),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    work = Desk(folder, ports, environment)
    try:
        yield work
    finally:
        work.leave()


class Desk:
    """A reader's terminals; a new one is opened when the one at hand is taken by a program that keeps running."""

    def __init__(self, folder: Path, ports: dict[str, str], environment: dict[str, str]) -> None:
        self._ports = ports
        self._folder = folder
        self._environment = environment
        self._terminals: list[Terminal] = []
        self._at_hand: Terminal | None = None

    @property
    def url(self) -> str:
        """Where the reader's model is served."""
        return f"http://127.0.0.1:{self._ports[PORTS[0]]}"

    def follow(self, steps: Sequence[Step]) -> None:
        """Do what a page says.

        Raises:
            AssertionError: A command fails, or prints something else than the page says.
        """
        for step in steps:
            text = re.sub("|".join(self._ports), lambda found: self._ports[found[0]], step.text)
            if step.file is not None:
                self.type(f"cat > {step.file} <<'END_OF_FILE'\n{text}END_OF_FILE\n")
            elif step.until is not None:
                self.start(text, step.until)
            else:
                printed = self.type(text)
                assert step.expected is None or is_as_expected(step.expected, printed), (
                    f"line {step.line} of the page says\n{step.expected}\nand it prints\n{printed}"
                )

    def follow_in(self, folder: str, steps: Sequence[Step]) -> None:
        """Follow steps in a folder, also in the terminal that is opened behind a program that keeps running."""
        for step in steps:
            self.follow([step])
            if step.until is not None:
                self.type(f"cd {folder}")

    def type(self, commands: str) -> str:
        """Type commands in the terminal at hand."""
        return self._terminal().type(commands)

    def start(self, command: str, until: str) -> None:
        """Start a program that keeps its terminal."""
        self._terminal().start(command, until)
        self._at_hand = None

    def leave(self) -> None:
        """End what still runs, the last first."""
        while self._terminals:
            self._terminals.pop().close()

    def _terminal(self) -> Terminal:
        if self._at_hand is None:
            self._at_hand = Terminal(self._folder, self._environment)
            self._terminals.append(self._at_hand)
        return self._at_hand
