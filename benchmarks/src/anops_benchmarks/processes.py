"""Starts and ends the processes of a peer, and reads from the kernel what they cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

_TICKS = os.sysconf("SC_CLK_TCK")
_GRACE_SECONDS = 3.0
_PAUSE_SECONDS = 0.02
# what a machine may set for its own ends and a user's machine does not
_FOREIGN = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "VIRTUAL_ENV", "PYTHONPATH"}
# with a process a core, more threads of linear algebra only stand in each other's way
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Command:
    """One process to start.

    Attributes:
        words: The program and its arguments.
        folder: Where it runs.
        environment: Variables of its own.
    """

    words: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)


def run(command: Command) -> None:
    """Run a command to its end.

    Raises:
        OSError: It failed.
    """
    own = os.environ | command.environment
    done = subprocess.run(command.words, cwd=command.folder, env=own, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{command.words} failed:\n{done.stdout}{done.stderr}")


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        seconds: From its start to its end.
        processor_seconds: Of itself and all its children.
        memory_mb: The most that one of these processes had.
    """

    seconds: float
    processor_seconds: float
    memory_mb: float


def cost_of(command: Command) -> Cost:
    """Run a command to its end, and return what it took.

    Raises:
        OSError: It failed.
    """
    own = {name: value for name, value in os.environ.items() if name not in _FOREIGN} | command.environment
    with TemporaryFile() as said:
        begun = time.monotonic()
        process = subprocess.Popen(
            command.words, cwd=command.folder, env=own, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            raise OSError(f"{command.words} failed:\n{said.read().decode(errors='replace')}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@dataclass
class Running:
    """The processes of a peer, and all that they started."""

    roots: list[subprocess.Popen[bytes]]

    @classmethod
    def start(cls, commands: list[Command], log: Path) -> Running:
        """Start processes, each the head of a session of its own; what they print goes to a file."""
        log.parent.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        with log.open("wb") as file:
            return cls(
                [
                    subprocess.Popen(
                        command.words,
                        cwd=command.folder,
                        env=kept | ONE_THREAD | command.environment,
                        stdin=subprocess.DEVNULL,
                        stdout=file,
                        stderr=file,
                        start_new_session=True,
                    )
                    for command in commands
                ]
            )

    def ended(self) -> bool:
        """Say whether one of the processes has ended by itself."""
        return any(root.poll() is not None for root in self.roots)

    def freeze(self) -> None:
        """Take the processor from the whole tree: some peers poll even when nobody asks them."""
        _send(self.tree(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the whole tree go on; heads last, since some watch their children by the clock."""
        roots = {root.pid for root in self.roots}
        _send(self.tree() - roots, signal.SIGCONT)
        time.sleep(_PAUSE_SECONDS)
        _send(roots, signal.SIGCONT)

    def tree(self) -> set[int]:
        """Return the ids of all processes: children, and whoever stayed in a session."""
        parents = {pid: found for pid in _all() if (found := _relations(pid)) is not None}
        members = {root.pid for root in self.roots if root.returncode is None}
        sessions = {root.pid for root in self.roots}
        while True:
            more = {
                pid
                for pid, (parent, session) in parents.items()
                if pid not in members and (parent in members or session in sessions)
            }
            if not more:
                return members
            members |= more

    def cpu_seconds(self) -> float:
        """Return the processor time that the whole tree has used."""
        return sum(_cpu_seconds(pid) for pid in self.tree())

    def memory_mb(self) -> float:
        """Return the proportional set size of the whole tree: memory that is shared counts once."""
        return sum(_proportional_kb(pid) for pid in self.tree()) / 1024


def stop(all_running: list[Running]) -> None:
    """End whole trees: politely, then by force."""
    members = {pid for running in all_running for pid in running.tree()}
    roots = [root for running in all_running for root in running.roots]
    for root in roots:
        root.terminate()
    _send(members, signal.SIGCONT)
    end = time.monotonic() + _GRACE_SECONDS
    for root in roots:
        with suppress(subprocess.TimeoutExpired):
            root.wait(max(0.1, end - time.monotonic()))
    # what is left of the trees: ids are not used again this soon
    _send(members, signal.SIGKILL)
    for root in roots:
        root.wait()
    while any(_relations(pid) for pid in members):
        time.sleep(_PAUSE_SECONDS)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parse_stat(text: str) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; the name before them may hold blanks and brackets."""
    return text[text.rindex(")") + 2 :].split()


def _send(members: set[int], number: signal.Signals) -> None:
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _all() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _relations(pid: int) -> tuple[int, int] | None:
    with suppress(OSError):
        fields = parse_stat(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8"))
        # one that has ended and that nobody has asked about yet costs nothing more
        return None if fields[0] == "Z" else (int(fields[1]), int(fields[3]))
    return None


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = parse_stat(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8"))
        # own time, and that of children that have ended
        return sum(map(int, fields[11:15])) / _TICKS
    return 0.0


def _proportional_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
