"""Measures the peers of a workload in turns, so that what disturbs one disturbs all."""

from __future__ import annotations

import statistics
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import httpx

from anops_benchmarks.candidate import Candidate, medians
from anops_benchmarks.checking import Questions, WrongAnswerError
from anops_benchmarks.models import expected, fit, loading, time_itself
from anops_benchmarks.processes import cost_of, stop
from anops_benchmarks.results import ITSELF

if TYPE_CHECKING:
    from pathlib import Path

    from anops_benchmarks.environments import Environments
    from anops_benchmarks.peers.peer import Peer
    from anops_benchmarks.workloads import Workload

_FAULTS = (WrongAnswerError, OSError, ValueError, httpx.HTTPError)


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        rounds: How often each load is repeated.
        seconds: How long one load takes.
        connections: The numbers of connections to keep of a workload's own.
        place: The folder for fitted models, bodies and logs.
    """

    rounds: int
    seconds: int
    connections: tuple[int, ...]
    place: Path


def say(text: str) -> None:
    """Tell whoever watches where the run is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def measure(
    workload: Workload, peers: list[Peer], environments: Environments, plan: Plan
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return a record for each peer and number of connections, and why peers were left out."""
    run = _Run(workload, environments, plan)
    try:
        run.start(peers)
        for turn in range(plan.rounds):
            run.round(turn)
    finally:
        stop([candidate.running for candidate in run.candidates])
    return run.records(), run.failures


class _Run:
    """One workload, with the peers that are up."""

    def __init__(self, workload: Workload, environments: Environments, plan: Plan) -> None:
        self._workload = workload
        self._environments = environments
        self._plan = plan
        self._project = fit(workload, plan.place / "models")
        self._rows = workload.draw()
        self._seconds = max(plan.seconds, workload.least_seconds)
        self._itself: list[dict[str, float]] = []
        self._loading: list[float] = []
        self.candidates: list[Candidate] = []
        self.failures: list[dict[str, str]] = []

    def start(self, peers: list[Peer]) -> None:
        """Start the peers, one after the other, and see that each answers right."""
        answers = expected(self._project, self._rows, self._workload.rows)
        name, layout = self._workload.name, self._workload.layout
        for peer in peers:
            bodies = [peer.dialect.write(rows, layout) for rows in self._rows]
            try:
                candidate = Candidate.start(
                    peer,
                    Questions(peer.dialect, peer.dialect.path_of(layout), bodies, answers),
                    python=self._environments.python(peer.environment),
                    project=self._project,
                    folder=self._plan.place / "peers" / name / peer.name,
                    times=min(self._workload.starts, self._plan.rounds),
                )
                self.candidates.append(candidate)
                candidate.check()
            except _FAULTS as error:
                self._leave_out(peer, error)
            else:
                say(f"  {name}: {peer.name} answers right ({candidate.starts[0]:.2f} s to the first answer)")

    def round(self, turn: int) -> None:
        """Put each peer under each load once; each round begins with another peer."""
        first = turn % max(1, len(self.candidates))
        for connections in self._workload.connections:
            if connections in self._plan.connections:
                for candidate in self.candidates[first:] + self.candidates[:first]:
                    self._load(candidate, connections)
        if self._workload.itself:
            came = time_itself(self._project, self._rows, self._seconds, decoding=self._workload.decoding)
            self._itself.append(asdict(came) | {"rate": came.rate, "cpu_ms": 1000 / came.rate})
            self._loading.append(cost_of(loading(self._project)).seconds)
        say(f"  {self._workload.name}: round {turn + 1} of {self._plan.rounds}")

    def _load(self, candidate: Candidate, connections: int) -> None:
        if self._lost(candidate):
            return
        try:
            candidate.load(connections, self._seconds)
        except _FAULTS as error:
            self._leave_out(candidate.peer, error)

    def _lost(self, candidate: Candidate) -> bool:
        return any(failure["peer"] == candidate.peer.name for failure in self.failures)

    def _leave_out(self, peer: Peer, error: Exception) -> None:
        say(f"✖ {self._workload.name}: {peer.name} is left out: {error}")
        self.failures.append({"workload": self._workload.name, "peer": peer.name, "failed": str(error)})

    def records(self) -> list[dict[str, Any]]:
        """Return what was found."""
        name = self._workload.name
        kept = [candidate for candidate in self.candidates if not self._lost(candidate)]
        records = [record for candidate in kept for record in candidate.records(name)]
        if self._itself:
            facts: dict[str, Any] = {"memory_mb": None, "checked": 0, "rounds": self._itself}
            facts |= {"start_s": statistics.median(self._loading), "starts": self._loading}
            records.append({"workload": name, "peer": ITSELF, "connections": 1, **medians(self._itself), **facts})
        return records
