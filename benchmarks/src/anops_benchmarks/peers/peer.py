"""What a peer is: who answers, with which packages, in which processes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anops_benchmarks.processes import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_benchmarks.dialects import Dialect

SERVERS = Path(__file__).parents[3] / "servers"
WORKERS = 2
ROW = frozenset({"iris", "forest"})
R = frozenset({"lm", "glm", "lm-rows", "lm-numeric-rows"})
MATRICES = frozenset({"iris-columns", "forest-rows"})


@dataclass(frozen=True)
class Workspace:
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
        beside: The environment of a second service of its own; nothing is installed into it here.
        r_package: The R package that it needs.
        shows: Packages whose versions are told, beside those that its environment names.
        batches: Whether it puts requests together.
        floor: Whether it is a limit to compare with, and predicts nothing.
    """

    name: str
    title: str
    settings: str
    environment: str
    workloads: frozenset[str]
    dialect: Dialect
    commands: Callable[[Workspace], list[Command]] = field(compare=False)
    keep_alive_from: int = 1
    beside: str = ""
    r_package: str = ""
    shows: tuple[str, ...] = ()
    batches: bool = False
    floor: bool = False


def uvicorn(app: str, *, workers: int = WORKERS) -> Callable[[Workspace], list[Command]]:
    """Return what starts an app of `benchmarks/servers/` in uvicorn, tuned.

    Args:
        app: Its place; `{model}` stands for the model's name.
        workers: How many processes.
    """

    def commands(place: Workspace) -> list[Command]:
        chosen = app.format(model=place.project.name)
        words = [str(place.python), "-m", "uvicorn", chosen, "--port", str(place.port), "--workers", str(workers)]
        words += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        columns = tomllib.loads((place.project / "ao.toml").read_text(encoding="utf-8"))["model"]["inputs"]
        return [Command(words, SERVERS, {"MODEL": str(place.model), "COLUMNS_OF_MODEL": ",".join(columns)})]

    return commands
