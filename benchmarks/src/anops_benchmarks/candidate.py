"""A peer while it is measured: started, checked, put under load, frozen while others have their turn."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from anops_benchmarks.checking import check_under_load, first_answer
from anops_benchmarks.loader import load
from anops_benchmarks.peers.peer import Workspace
from anops_benchmarks.processes import Running, free_port, stop

if TYPE_CHECKING:
    from pathlib import Path

    from anops_benchmarks.checking import Questions
    from anops_benchmarks.peers.peer import Peer

_START_SECONDS = 90.0
_AGAIN_SECONDS = 10.0
_QUICK_START_SECONDS = 2.0
_CHECK_CONNECTIONS = 16
_CHECK_SECONDS = 0.7
_MEASURES = ("rate", "p50_ms", "p99_ms", "cpu_ms")


@dataclass
class Candidate:
    """A peer that is up.

    Attributes:
        peer: Which.
        url: Where.
        running: Its processes.
        questions: What it is asked.
        bodies: The folder with the bodies for the loader.
        starts: Seconds from the command to the first right answer, each time.
        checked: How many answers were compared with the model's own under load.
        loads: What came of each load, by the number of connections.
        memory_mb: The most that all its processes had at the end of a load.
    """

    peer: Peer
    url: str
    running: Running
    questions: Questions
    bodies: Path
    starts: list[float]
    checked: int = 0
    loads: dict[int, list[dict[str, float]]] = field(default_factory=dict)
    memory_mb: float = 0.0

    @classmethod
    def start(
        cls, peer: Peer, questions: Questions, *, python: Path, project: Path, folder: Path, times: int
    ) -> Candidate:
        """Start a peer, and time it.

        Args:
            peer: The peer.
            questions: What it will be asked.
            python: The Python of its environment.
            project: The folder with the fitted model.
            folder: A folder of its own, for its files, its log and its bodies.
            times: How often to start it, where that is quick.

        Raises:
            WrongAnswerError: It does not answer right.
            OSError: It can't be started.
        """
        bodies = folder / "bodies"
        shutil.rmtree(bodies, ignore_errors=True)
        bodies.mkdir(parents=True)
        for number, body in enumerate(questions.bodies):
            (bodies / str(number)).write_bytes(body)
        starts: list[float] = []
        while True:
            place = Workspace(python, project, folder, free_port())
            url = f"http://127.0.0.1:{place.port}"
            commands = peer.commands(place)
            since = time.monotonic()
            running = Running.start(commands, folder / "log")
            try:
                starts.append(first_answer(url, questions, running, since=since, within=_START_SECONDS))
            except BaseException:
                stop([running])
                raise
            # a start that takes long is measured once: repeating it would take most of the run
            if len(starts) >= times or starts[-1] > _QUICK_START_SECONDS:
                return cls(peer, url, running, questions, bodies, starts)
            stop([running])

    def check(self) -> None:
        """Check that it answers different bodies right at the same time, then freeze it.

        Raises:
            WrongAnswerError: It does not.
        """
        check = check_under_load(self.url, self.questions, connections=_CHECK_CONNECTIONS, seconds=_CHECK_SECONDS)
        self.checked = asyncio.run(check)
        self.running.freeze()

    def load(self, connections: int, seconds: int) -> None:
        """Let it go on, put it under load, and freeze it again.

        Raises:
            WrongAnswerError: It does not answer any more.
            ValueError: The loader failed.
        """
        self.running.thaw()
        try:
            first_answer(self.url, self.questions, self.running, since=time.monotonic(), within=_AGAIN_SECONDS)
            before = self.running.cpu_seconds()
            came = load(
                self.url,
                self.questions.path,
                self.bodies,
                connections=connections,
                seconds=seconds,
                keep_alive=connections >= self.peer.keep_alive_from,
            )
            used = self.running.cpu_seconds() - before
            self.memory_mb = max(self.memory_mb, self.running.memory_mb())
        finally:
            self.running.freeze()
        cost = {"rate": came.rate, "cpu_ms": 1000 * used / max(1, came.requests)}
        self.loads.setdefault(connections, []).append(asdict(came) | cost)

    def records(self, workload: str) -> list[dict[str, Any]]:
        """Return what was found, for each number of connections."""
        return [
            {"workload": workload, "peer": self.peer.name, "connections": connections, **medians(loads)}
            | {"memory_mb": self.memory_mb, "start_s": statistics.median(self.starts), "starts": self.starts}
            | {"checked": self.checked, "rounds": loads}
            for connections, loads in sorted(self.loads.items())
        ]


def medians(loads: list[dict[str, float]]) -> dict[str, float]:
    """Return the medians of what was measured, and how many requests failed in all."""
    found = {key: statistics.median(load[key] for load in loads) for key in _MEASURES}
    return found | {"errors": sum(load["errors"] for load in loads)}
