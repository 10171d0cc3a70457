"""An experiment: which function, which parameter sets, how many replicates, and by what code it is run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_experiments.designs import points_of
from anops_experiments.failures import ExperimentError
from anops_experiments.seeds import Sharing, task_seed
from anops_experiments.tasks import FunctionRef, SimulationTask, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from anops_experiments.tasks import Scalar

_HIDDEN = frozenset({"node_modules", "renv", "site-packages", "__pycache__", "packrat"})
_SUFFIXES = {"python": frozenset({".py"}), "r": frozenset({".r"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What is run.

    Attributes:
        name: Its name.
        folder: The folder of the project: the code is there, and runs there.
        function: The function.
        design: How parameter sets are chosen.
        parameters: What is known of each parameter.
        points: How many parameter sets are drawn.
        file: The CSV file of the parameter sets.
        replicates: How many of each.
        until: The relative standard error that each output must reach.
        max_replicates: How many replicates there may be for that.
        seed: The seed of random numbers.
        numbers: Whether parameter sets share their random numbers.
        outputs: What is kept.
        files: What the function reads.
        exact_types: Whether 1 and 1.0 are two parameters.
        aggregate: The function that makes one result of the runs of a parameter set.
        cold: Whether each run has a process of its own.
    """

    name: str
    folder: Path
    function: str
    design: str = "grid"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    points: int | None = None
    file: str | None = None
    replicates: int = 1
    until: Mapping[str, float] = field(default_factory=dict)
    max_replicates: int | None = None
    seed: int = 1
    numbers: Sharing = "own"
    outputs: Sequence[str] = ()
    files: Sequence[str] = ()
    exact_types: bool = False
    aggregate: str | None = None
    cold: bool = False

    def __post_init__(self) -> None:
        if self.aggregate and FunctionRef.read(self.aggregate).language != FunctionRef.read(self.function).language:
            raise ExperimentError(
                f"`aggregate` must be written in the language of the function: `{self.aggregate}` and "
                f"`{self.function}` are not."
            )

    def parameter_sets(self) -> list[dict[str, Scalar]]:
        """Return the parameter sets in the order of the design; those that are equal are one.

        Raises:
            ExperimentError: The design can't be made of what is known.
        """
        found = points_of(self.design, self.parameters, self.points, self.seed, self.folder, self.file)
        made = [canonical(each, exact=self.exact_types) for each in found]
        unique = {tuple((name, type(value), value) for name, value in each.items()): each for each in made}
        return list(unique.values())

    def task(self, params: Mapping[str, Scalar], replicate: int, code: str) -> SimulationTask:
        """Return the task of a replicate, from 1, of a parameter set."""
        seed = task_seed(self.seed, params, replicate, self.numbers, exact=self.exact_types)
        return SimulationTask(
            self.function, params, seed, code, tuple(self.outputs), self.exact_types, number=replicate
        )  # fmt: skip

    def aggregation(
        self, params: Mapping[str, Scalar], code: str, tables: Mapping[str, Mapping[str, Sequence[Scalar | None]]]
    ) -> SimulationTask:
        """Return the task that makes one result of the runs of a parameter set."""
        seed = task_seed(self.seed, params, 0, self.numbers, exact=self.exact_types)  # replicates begin at 1
        return SimulationTask(str(self.aggregate), params, seed, code, (), self.exact_types, tables=tables)

    def code_digest(self) -> str:
        """Return the digest of all code of the function's language in the folder, and of the files that it reads.

        Raises:
            ExperimentError: A file that is named is not there.
        """
        language = FunctionRef.read(self.function).language
        found = {path for path in walked(self.folder) if path.suffix.lower() in _SUFFIXES[language]}
        for pattern in self.files:
            named = {path for path in self.folder.glob(pattern) if path.is_file()}
            if not named:
                raise ExperimentError(
                    f"`files` of the experiment `{self.name}` names `{pattern}`, and there is no such file in "
                    f"{self.folder}.",
                    remedy="Correct it in ao.toml.",
                )
            found |= named
        digest = hashlib.sha256(b"cold" if self.cold else b"")  # what leaked before is not kept
        for path in sorted(found):
            name, content = path.relative_to(self.folder).as_posix().encode(), path.read_bytes()
            digest.update(b"%d %d\n" % (len(name), len(content)) + name + content)
        return f"sha256:{digest.hexdigest()}"


def walked(folder: Path) -> Iterator[Path]:
    """Yield the files of a project, without those that are hidden or installed."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in _HIDDEN or (path / "pyvenv.cfg").exists():
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walked(path)
        elif path.is_file():
            yield path
