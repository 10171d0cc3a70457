"""Makes one result of the runs of each parameter set, by a function of the user's that the workers run."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anops_experiments.store import read_scalars, read_tables
from anops_experiments.unlike_tables import together, with_rows_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from anops_experiments.contracts import SimulationService
    from anops_experiments.experiment import Experiment
    from anops_experiments.results import SimulationResult
    from anops_experiments.store import Store
    from anops_experiments.tasks import Scalar, SimulationTask

_AT_ONCE = 100
RUNS = "runs"
"""The data frame of the runs: a row for each, with its replicate and its outputs."""


def aggregate(
    experiment: Experiment,
    service: SimulationService,
    store: Store,
    points: Sequence[Mapping[str, Scalar]],
    code: str,
    ends: Callable[[], bool],
) -> Iterator[SimulationResult]:
    """Make one result of the runs of each parameter set that has any, and yield those that are made anew.

    Args:
        experiment: What was run.
        service: Who runs it.
        store: Where the runs are, and where the results go.
        points: The parameter sets.
        code: The digest of the code.
        ends: Says whether it is wanted no more.
    """
    numbered = iter(enumerate(points, 1))
    while some := list(itertools.islice(numbered, _AT_ONCE)):
        asked: dict[str, SimulationTask] = {}
        summaries: list[tuple[int, str, int]] = []
        for point, params in some:
            if not (runs := store.runs(point)):
                continue
            read = [(each["replicate"], read_scalars(each["scalars"]), read_tables(each["tables"])) for each in runs]
            task = experiment.aggregation(params, code, frames(read))
            asked[task.id] = task
            summaries.append((point, task.id, len(runs)))
        store.sum_up(summaries)
        finished = store.finished(list(asked))
        handles = service.submit_batch([task for identity, task in asked.items() if identity not in finished])
        for result in service.as_completed(handles):
            store.put([result])
            yield result
        if ends():
            return


def frames(
    runs: Sequence[tuple[int, Mapping[str, Any], Mapping[str, pa.Table]]],
) -> dict[str, dict[str, list[Any]]]:
    """Return the data frames of runs: `runs` with a row for each, and each output that is a table, with `replicate`.

    Args:
        runs: Of each its replicate, its scalars and its tables.
    """
    names = list(dict.fromkeys(name for _, scalars, _ in runs for name in scalars))
    made: dict[str, dict[str, list[Any]]] = {RUNS: {"replicate": [replicate for replicate, _, _ in runs]}}
    made[RUNS] |= {_free(name): [scalars.get(name) for _, scalars, _ in runs] for name in names}
    parts: dict[str, list[pa.Table]] = {}
    tabled = {name for _, _, tables in runs for name in tables}
    for replicate, scalars, tables in runs:
        for name, table in with_rows_alone(tables, scalars, tabled).items():
            own = table.rename_columns([_free(each) for each in table.column_names])
            numbered = own.add_column(0, "replicate", pa.array([replicate] * len(table), pa.int64()))
            parts.setdefault(name, []).append(numbered)
    for name, several in parts.items():
        whole = together(several)
        made[name] = {column: _plain(whole[column]) for column in whole.column_names}
    return made


def _free(name: str) -> str:
    """Return how an output is called beside the number of the replicate, as in the files of results."""
    return f"{name}.out" if name == "replicate" else name


def _plain(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return [None if each is None else each.isoformat() for each in column.to_pylist()]
    cells: list[Any] = column.to_pylist()
    return cells
