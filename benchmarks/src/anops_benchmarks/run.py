"""Measures the peers of a workload in turns, so that what disturbs one disturbs all."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from anops_benchmarks.checking import Questions, WrongAnswerError, check_under_load, first_answer
from anops_benchmarks.loader import load
from anops_benchmarks.models import expected, fit, time_itself
from anops_benchmarks.peers.peer import Place
from anops_benchmarks.processes import Running, free_port, stop
from anops_benchmarks.results import ITSELF

if TYPE_CHECKING:
    from pathlib import Path

    from anops_benchmarks.environments import Environments
    from anops_benchmarks.peers.peer import Peer
    from anops_benchmarks.workloads import Workload

_START_SECONDS = 90.0
_STARTS = 3
_QUICK_START_SECONDS = 2.0
_CHECK_CONNECTIONS = 16
_CHECK_SECONDS = 0.7
_SETTLE_SECONDS = 0.1


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


@dataclass
class Candidate:
    """A peer that is up and answers right.

    Attributes:
        peer: Which.
        url: Where.
        running: Its processes.
        questions: What it is asked.
        bodies: The folder with the bodies for the loader.
        starts: Seconds from the command to the first right answer, each time.
        checked: How many answers were compared with the model's own under load.
        loads: What came of each load, by the number of connections.
        memory_mb: The memory of all its processes after the load.
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


def say(text: str) -> None:
    """Tell whoever watches where the run is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def measure(
    workload: Workload, peers: list[Peer], environments: Environments, plan: Plan
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return a record for each peer and number of connections, and why peers were left out."""
    project = fit(workload, plan.place / "models")
    rows = workload.draw()
    answers = expected(project, rows, workload.rows)
    failures: list[dict[str, str]] = []
    itself: list[dict[str, float]] = []
    candidates: list[Candidate] = []
    running: list[Running] = []
    try:
        for peer in peers:
            folder = plan.place / "peers" / workload.name / peer.name
            bodies = [peer.dialect.write(each, workload.layout) for each in rows]
            questions = Questions(peer.dialect, peer.dialect.path_of(workload.layout), bodies, answers)
            try:
                candidate = _start(peer, questions, project, folder, environments, plan)
                running.append(candidate.running)
                check = check_under_load(
                    candidate.url, questions, connections=_CHECK_CONNECTIONS, seconds=_CHECK_SECONDS
                )
                candidate.checked = asyncio.run(check)
            except (WrongAnswerError, OSError, httpx.HTTPError) as error:
                say(f"✖ {workload.name}: {peer.name} is left out: {error}; its log is in {folder}")
                failures.append({"workload": workload.name, "peer": peer.name, "failed": str(error)})
                continue
            say(f"  {workload.name}: {peer.name} answers right ({candidate.starts[0]:.2f} s to the first answer)")
            candidates.append(candidate)
        for turn in range(plan.rounds):
            # each round begins with another peer
            first = turn % max(1, len(candidates))
            _round(workload, candidates[first:] + candidates[:first], plan)
            if workload.itself:
                came = time_itself(project, rows, plan.seconds)
                itself.append(asdict(came) | {"rate": came.rate, "cpu_ms": 1000 / came.rate})
            say(f"  {workload.name}: round {turn + 1} of {plan.rounds}")
        records = [record for candidate in candidates for record in _records(workload, candidate)]
        if itself:
            records.append(
                {"workload": workload.name, "peer": ITSELF, "connections": 1, **_medians(itself)}
                | {"errors": 0, "memory_mb": None, "start_s": None, "checked": 0, "rounds": itself}
            )
        return records, failures
    finally:
        stop(running)


def _start(
    peer: Peer, questions: Questions, project: Path, folder: Path, environments: Environments, plan: Plan
) -> Candidate:
    folder.mkdir(parents=True, exist_ok=True)
    bodies = folder / "bodies"
    shutil.rmtree(bodies, ignore_errors=True)
    bodies.mkdir()
    for number, body in enumerate(questions.bodies):
        (bodies / str(number)).write_bytes(body)
    starts: list[float] = []
    while True:
        place = Place(environments.python(peer.environment), project, folder, free_port())
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
        if len(starts) == min(_STARTS, plan.rounds) or starts[-1] > _QUICK_START_SECONDS:
            return Candidate(peer, url, running, questions, bodies, starts)
        stop([running])


def _round(workload: Workload, candidates: list[Candidate], plan: Plan) -> None:
    for connections in workload.connections:
        if connections in plan.connections:
            for candidate in candidates:
                candidate.loads.setdefault(connections, []).append(_load(candidate, connections, plan))
                candidate.memory_mb = max(candidate.memory_mb, candidate.running.memory_mb())


def _load(candidate: Candidate, connections: int, plan: Plan) -> dict[str, float]:
    time.sleep(_SETTLE_SECONDS)
    before = candidate.running.cpu_seconds()
    came = load(
        candidate.url,
        candidate.questions.path,
        candidate.bodies,
        connections=connections,
        seconds=plan.seconds,
        keep_alive=connections >= candidate.peer.keep_alive_from,
    )
    used = candidate.running.cpu_seconds() - before
    return asdict(came) | {"rate": came.rate, "cpu_ms": 1000 * used / max(1, came.requests)}


def _records(workload: Workload, candidate: Candidate) -> list[dict[str, Any]]:
    records = []
    for connections, loads in sorted(candidate.loads.items()):
        records.append(
            {
                "workload": workload.name,
                "peer": candidate.peer.name,
                "connections": connections,
                **_medians(loads),
                "errors": sum(load["errors"] for load in loads),
                "memory_mb": candidate.memory_mb,
                "start_s": statistics.median(candidate.starts),
                "checked": candidate.checked,
                "rounds": loads,
            }
        )
    return records


def _medians(loads: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(load[key] for load in loads) for key in ("rate", "p50_ms", "p99_ms", "cpu_ms")}
