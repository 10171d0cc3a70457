"""Looks at a project's model as a doctor would: `python -m anops_worker.examine`."""

from __future__ import annotations

import argparse
import time
import traceback
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_model_interface.validation import validate_frame
from anops_project.description import Source
from anops_project.examination.counter_example import ONCE_MORE
from anops_project.frame_json import frame_to_json
from anops_project.project import Project
from anops_project.recorded import require_recorded
from anops_project.reference import read_reference

from anops_worker.examining.comparing import Comparison
from anops_worker.examining.costs import costs_of
from anops_worker.examining.independence import independence_of
from anops_worker.examining.leftovers import try_without
from anops_worker.examining.model_probe import option_variants, probe
from anops_worker.examining.option_trials import option_trials
from anops_worker.examining.trial_rows import trial_rows
from anops_worker.json_stdout import answer_on_stdout, leave
from anops_worker.progress import doing, listener
from anops_worker.runtime import runtime_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue
    from anops_project.description import Description
    from anops_project.examination.independence import Independence
    from anops_project.examination.leftovers import Leftover
    from anops_project.examination.option_trials import OptionTrial

    from anops_worker.runtime import Runtime

T = TypeVar("T")

_PARTS = {
    "reference": "predicting the reference rows",
    "costs": "measuring time and memory",
    "description": "finding its columns",
    "packages": "looking for its packages",
    "units": "trying its dates and times in other units",
    "options": "trying its options",
    "independence": "trying whether rows depend on each other",
    "leftovers": "trying what it can do without",
}
"""What is being done for each part."""
_OPTION_ROWS = 32
"""So many rows are asked for with each option."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found as JSON, or `{"problem": …}` with exit code 3.

    Args:
        arguments: The command line; by default that of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m anops_worker.examine", description=__doc__)
    parser.add_argument("--project", type=Path, required=True, metavar="DIR", help="the folder that holds ao.toml")
    parser.add_argument("--listener", type=int, metavar="FD", help="a pipe that hears what is being done")
    options = parser.parse_args(arguments)
    if options.listener is not None:
        listener.is_at(options.listener)
    return answer_on_stdout(lambda: examine(options.project))


def examine(folder: Path) -> dict[str, Any]:
    """Load a project and examine its model.

    Args:
        folder: The folder that holds `ao.toml`.

    Returns:
        JSON values: `description`, `independence`, `reference`, `costs`, `units`, `options`, `leftovers`, `packages`;
        each is null where it could not be found out, and `failures` then says why.

    Raises:
        AnOpsError: The project can't be used, or its model can't be loaded.
    """
    doing("loading it")
    project = Project.read(folder)
    require_recorded(project)
    runtime = runtime_for(project.project.language)
    started = time.perf_counter()
    runtime.load(project)
    loaded = time.perf_counter() - started
    return _Examination(project, runtime).run(loaded)


class _Examination:
    """One look at one model; a part that fails does not keep the others from being found."""

    def __init__(self, project: Project, runtime: Runtime) -> None:
        self._project, self._runtime = project, runtime
        self._ask = probe(project, runtime)
        self._variants = option_variants(project.schema)
        self._found: dict[str, Any] = dict.fromkeys(_PARTS)
        self._failures: dict[str, str] = {}

    def run(self, load_seconds: float) -> dict[str, Any]:
        """Look at everything; see `examine`."""
        project = self._project
        read = self._part("reference", lambda: read_reference(project))
        reference = None if read is None else read.rows
        rows = reference if reference is not None and reference.rows else trial_rows(project.schema)
        most = project.service.max_batch_rows
        # before anything else is loaded into this process, whose memory is measured
        costs = self._part("costs", lambda: costs_of(rows, self._ask, load_seconds=load_seconds, batch_rows=most))
        self._tell("costs", costs and costs.to_dict())
        answers = None if read is None else self._part("reference", lambda: self._ask(read.rows, read.options))
        self._tell("reference", None if answers is None else frame_to_json(answers))
        description = self._part("description", self._describe)
        self._tell("description", description and description.to_dict())
        self._tell("packages", self._part("packages", lambda: self._packages(description)))
        own = None if description is None else description.rows
        real = [frame for frame in (reference, own) if frame is not None]
        trial = trial_rows(project.schema, real)
        self._tell("units", self._part("units", lambda: self._runtime.units_told_apart(self._checked(trial))))
        options = self._part("options", lambda: self._options(reference, trial))
        self._tell("options", None if options is None else [trial.to_dict() for trial in options])
        independence = self._part("independence", lambda: independence_of(trial, self._ask, self._variants))
        self._tell("independence", independence and independence.to_dict())
        # the last, since it takes the model apart
        leftovers = self._part("leftovers", lambda: self._leftovers(rows, independence))
        self._tell("leftovers", None if leftovers is None else [leftover.to_dict() for leftover in leftovers])
        return {**self._found, "failures": self._failures}

    def _tell(self, name: str, value: Any) -> None:  # noqa: ANN401  JSON values
        """Keep what a part has found, and hand it over, should the rest never end."""
        self._found[name] = value
        listener.hears({"part": {name: value, "failures": self._failures}})

    def _part(self, name: str, look: Callable[[], T]) -> T | None:
        doing(_PARTS[name])
        try:
            return look()
        except AnOpsError as error:
            self._failures[name] = str(error)
        except Exception as error:  # noqa: BLE001  one part that fails must not hide the others
            traceback.print_exc()
            self._failures[name] = f"{type(error).__name__}: {error}"
        return None

    def _describe(self) -> Description:
        return self._runtime.describe(Source(self._project.artifact, self._project.code, try_independence=False))

    def _checked(self, rows: Frame) -> Frame:
        return validate_frame(rows, self._project.schema, model=self._project.project.name)[0]

    def _options(self, reference: Frame | None, trial: Frame) -> list[OptionTrial]:
        if not self._project.schema.options:
            return []
        rows = trial if reference is None or not reference.rows else reference
        # no more rows than are needed: of thousands of columns, one takes a good part of a second
        answered = self._answered(rows)
        if not answered.rows:
            self._ask(rows.at(np.arange(rows.rows)[:_OPTION_ROWS]), {})  # it says why none is answered
        return option_trials(answered, self._ask, self._project.schema)

    def _answered(self, rows: Frame) -> Frame:
        """Return some rows that the model answers: together if it can be, else those that it answers alone."""
        gaps = np.any([column.is_missing() for column in rows.columns], axis=0) if rows.columns else np.zeros(rows.rows)
        for places in (np.arange(rows.rows), np.flatnonzero(~gaps.astype(bool))):
            some = rows.at(places[:_OPTION_ROWS])
            if some.rows and not isinstance(self._answer(some, {}), str):
                return some
        alone = (row for row in range(rows.rows) if not isinstance(self._answer(rows.at([row]), {}), str))
        return rows.at(list(islice(alone, _OPTION_ROWS)))

    def _packages(self, description: Description | None) -> dict[str, Any]:
        installed = self._runtime.versions()
        # a model that does not say its columns is loaded all the same
        used = self._runtime.packages() if description is None else description.packages
        return {"language": installed[self._project.project.language], "installed": installed, "used": used}

    def _leftovers(self, rows: Frame, independence: Independence | None) -> list[Leftover]:
        inspection = self._runtime.inspect()
        if independence is not None and independence.example is not None and independence.example.beside == ONCE_MORE:
            return list(inspection.leftovers)  # random answers do not tell what they are made of
        before = [(options, self._answer(rows, options)) for options in self._variants]
        if all(isinstance(answer, str) for _, answer in before):
            return list(inspection.leftovers)  # nor does a model that predicts nothing
        return try_without(
            inspection, lambda: all(_same(answer, self._answer(rows, options)) for options, answer in before)
        )

    def _answer(self, rows: Frame, options: Mapping[str, OptionValue]) -> Frame | str:
        try:
            return self._ask(rows, options)
        except AnOpsError as error:
            return str(error)


def _same(one: Frame | str, other: Frame | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.rows == other.rows and Comparison(one).first_difference(other, np.arange(one.rows)) is None


if __name__ == "__main__":
    leave(main())
