"""Who answers: each peer with its best settings, its environment, and the processes that make it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anops_benchmarks import dialects
from anops_benchmarks.processes import Command, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_benchmarks.dialects import Dialect

SERVERS = Path(__file__).parents[2] / "servers"
WORKERS = 2
ROW = frozenset({"iris", "forest"})
R = frozenset({"lm", "glm", "lm-rows"})


@dataclass(frozen=True)
class Place:
    """What a peer needs to start.

    Attributes:
        python: The Python of its environment.
        project: The folder with the fitted model.
        folder: A folder of its own, which it may write to.
        port: Where it must listen.
    """

    python: Path
    project: Path
    folder: Path
    port: int

    @property
    def model(self) -> Path:
        """The fitted model."""
        return next(file for file in self.project.iterdir() if file.stem == "model" and file.suffix != self._code)

    @property
    def _code(self) -> str:
        return ".R" if (self.project / "model.R").exists() else ".py"


@dataclass(frozen=True)
class Peer:
    """A service that answers workloads.

    Attributes:
        name: What `--peers` calls it.
        title: What the table calls it.
        settings: How it runs, for the reader.
        environment: Whose packages it has.
        workloads: What it is asked.
        dialect: Its bodies and answers.
        commands: Returns the processes to start.
        keep_alive_from: Connections are used again where at least that many ask.
        r_package: The R package that it needs.
        floor: Whether it is a limit to compare with, and predicts nothing.
    """

    name: str
    title: str
    settings: str
    environment: str
    workloads: frozenset[str]
    dialect: Dialect
    commands: Callable[[Place], list[Command]] = field(compare=False)
    keep_alive_from: int = 1
    r_package: str = ""
    floor: bool = False


def _anops(place: Place) -> list[Command]:
    far = free_port()
    python = [str(place.python), "-P", "-m"]
    model = ["anops_model_service", "--project", str(place.project), "--port", str(far), "--workers", str(WORKERS)]
    api = ["anops_api_service", "--port", str(place.port), "--model-url", f"127.0.0.1:{far}"]
    return [Command([*python, *model], place.project), Command([*python, *api], place.folder)]


def _uvicorn(app: str, *, workers: int = WORKERS) -> Callable[[Place], list[Command]]:
    def commands(place: Place) -> list[Command]:
        chosen = app.format(model=place.project.name)
        words = [str(place.python), "-m", "uvicorn", chosen, "--port", str(place.port), "--workers", str(workers)]
        words += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        return [Command(words, SERVERS, {"MODEL": str(place.model)})]

    return commands


def _echo_two_hops(place: Place) -> list[Command]:
    far = free_port()
    near = _uvicorn("echo_two_hops:app", workers=1)(place)[0]
    near.environment["FAR_END"] = f"127.0.0.1:{far}"
    return [Command([str(place.python), "echo_far_end.py", str(far)], SERVERS), near]


def _plumber(place: Place) -> list[Command]:
    return [Command(["Rscript", "--vanilla", "plumber.R", str(place.model), str(place.port)], SERVERS)]


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            "anops",
            "**AnOps**",
            "one api-service, one model-service with two workers; every check of the schema on",
            "anops",
            ROW | R | {"iris-columns", "forest-rows"},
            dialects.ANOPS,
            _anops,
        ),
        Peer(
            "fastapi",
            "FastAPI, written by hand",
            "two uvicorn processes, uvloop, httptools, orjson; pydantic checks the body in one step; no threads",
            "fastapi",
            ROW | {"iris-columns", "forest-rows"},
            dialects.HAND_WRITTEN,
            _uvicorn("fastapi_{model}:app"),
        ),
        Peer(
            "plumber",
            "plumber",
            "one R process, which is all it has; a new connection for each request where one asks",
            "",
            R,
            dialects.RECORDS,
            _plumber,
            keep_alive_from=2,
            r_package="r-cran-plumber",
        ),
        Peer(
            "rpy2",
            "FastAPI with rpy2, naive",
            "two uvicorn processes, uvloop, httptools; data frames by pandas2ri",
            "rpy2",
            R,
            dialects.HAND_WRITTEN,
            _uvicorn("rpy2_cars:app"),
        ),
        Peer(
            "echo",
            "floor: ASGI echo",
            "one uvicorn process, uvloop, httptools, no framework, no model",
            "echo",
            frozenset({"iris"}),
            dialects.ECHO,
            _uvicorn("echo_asgi:app", workers=1),
            floor=True,
        ),
        Peer(
            "echo-two-hops",
            "floor: ASGI and gRPC echo",
            "one uvicorn process before one grpc.aio process, one call for each request, no model",
            "echo",
            frozenset({"iris"}),
            dialects.ECHO,
            _echo_two_hops,
            floor=True,
        ),
    )
}
