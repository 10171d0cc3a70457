"""Runs an experiment: what is not finished yet, as many replicates as its rule asks for, until it is wanted no more."""

from __future__ import annotations

import itertools
import math
import queue
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_experiments.aggregating import aggregate
from anops_experiments.failures import ExperimentError
from anops_experiments.misspelt import another_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from anops_experiments.contracts import Handle, SimulationService
    from anops_experiments.experiment import Experiment
    from anops_experiments.results import SimulationResult
    from anops_experiments.store import Store
    from anops_experiments.tasks import Scalar, SimulationTask

_UNDER_WAY = 2000
"""How many tasks the service holds at once: the memory does not grow with the experiment."""
_CHUNK = 250
_TELL_SECONDS = 0.5
_HOPELESS = 10
"""After how many failures, with no result at all, nothing is tried any more."""
_FEWEST = 10
"""From how many replicates on a standard error is believed."""
_NO_RESULT = frozenset({"lost", "cancelled"})


@dataclass(slots=True)
class Conducting:
    """One run of an experiment.

    Attributes:
        experiment: What is run.
        service: Who runs it.
        store: Where results are kept.
        tell: Hears of progress.
        stopped: Says whether it is wanted no more.
        workspace: The workspace on which it runs, where it does.
    """

    experiment: Experiment
    service: SimulationService
    store: Store
    tell: Callable[[Mapping[str, Any]], None]
    stopped: Callable[[], bool]
    workspace: str | None = None
    done: int = 0
    failed: int = 0
    total: int = 0
    made: int = 0
    _begun: float = 0.0
    _told: float = 0.0
    _shown: set[str] = field(default_factory=set)
    _there: tuple[str, ...] | None = None
    _arrived: queue.SimpleQueue[SimulationResult] = field(default_factory=queue.SimpleQueue)

    def go(self) -> str:
        """Run it, and return how it ended: `done` or `cancelled`.

        Raises:
            ExperimentError: Nothing works, or the cluster is gone; what is finished is kept.
        """
        points, code = self.experiment.parameter_sets(), self.experiment.code_digest()
        self.store.begin(points)
        self.store.tell(code=code, function=self.experiment.function, seed=self.experiment.seed, ended=None)
        self._begun = time.monotonic()
        wanted = [0] * len(points)
        asked = [self.experiment.replicates] * len(points)
        while asked != wanted:
            spans = list(zip(points, wanted, asked, strict=True))
            self.total += sum(stop - start for _, start, stop in spans)
            self._round(spans, code)
            if self._ends():
                self._progress(now=True)
                return "cancelled"
            wanted = asked
            asked = [self._more(point, count) for point, count in enumerate(wanted, 1)]
        self._progress(now=True)
        if self.experiment.aggregate:
            for result in aggregate(self.experiment, self.service, self.store, points, code, self._ends):
                self._tell_failure(result)
        return "cancelled" if self._ends() else "done"

    def _ends(self) -> bool:
        return self.stopped() or self.store.is_cancelled()

    def _round(self, spans: Sequence[tuple[Mapping[str, Scalar], int, int]], code: str) -> None:
        source = _chunks(
            (point, self.experiment.task(params, replicate, code))
            for point, (params, start, stop) in enumerate(spans, 1)
            for replicate in range(start + 1, stop + 1)
        )
        under_way, left = 0, True
        while left or under_way:
            while left and under_way <= _UNDER_WAY - _CHUNK:
                chunk = next(source, None)
                left = chunk is not None
                under_way += self._submit(chunk or ())
            if under_way:
                results = self._drained()
                under_way -= len(results)
                self._keep(results)
            self._progress()
            if self._ends():
                return

    def _submit(self, chunk: Sequence[tuple[int, SimulationTask]]) -> int:
        ids = {task.id: (point, task) for point, task in chunk}
        self.store.join((point, task.number, identity, task.seed) for identity, (point, task) in ids.items())
        finished = self.store.finished(list(ids))
        self.done += len(finished)
        new = [task for identity, (_, task) in ids.items() if identity not in finished]
        for handle in self.service.submit_batch(new):
            handle.add_done_callback(self._take)
        return len(new)

    def _take(self, ended: Any) -> None:  # noqa: ANN401  a Handle, which `Future` calls by its own type
        handle: Handle = ended
        self._arrived.put(handle.result())

    def _drained(self) -> list[SimulationResult]:
        found: list[SimulationResult] = []
        try:
            found.append(self._arrived.get(timeout=0.2))
            while True:
                found.append(self._arrived.get_nowait())
        except queue.Empty:
            return found

    def _keep(self, results: Sequence[SimulationResult]) -> None:
        kept = [each for each in results if each.failure is None or each.failure.kind not in _NO_RESULT]
        self.store.put(kept)
        self.made += len(kept)
        self.done += sum(each.ok for each in kept)
        for each in kept:
            if each.failure is not None:
                self.failed += 1
                self._tell_failure(each)
        lost = next((each.failure for each in results if each.failure and each.failure.kind == "lost"), None)
        if lost is not None and not self._ends():
            raise ExperimentError(lost.message, remedy=self._again())
        if self.failed >= min(_HOPELESS, self.total) and not self.done and self._shown:
            raise ExperimentError(
                f"The first {self.failed} runs failed, and none had a result."
                if self.failed > 1
                else "The only run failed.",
                details=sorted(self._shown)[:3],
                remedy=self._named_anew() or _go_on("Fix the function, then go on", self.experiment.name),
            )

    def _named_anew(self) -> str | None:
        """Return what helps where the function is not there: going on would look for the same name again."""
        if self._there is None:
            return None
        where = f"in `--function`, or as `function` under [experiments.{self.experiment.name}] in ao.toml."
        return another_name(self.experiment.function, self._there, again="Run it again", where=where)

    def _again(self) -> str:
        name, where = self.experiment.name, self.workspace
        if where is None:
            return _go_on("When it is there again, go on", name)
        return f"Bring it up again, then go on: ao workspace up {where} && ao sim resume {name} --workspace {where}"

    def _tell_failure(self, result: SimulationResult) -> None:
        failure = result.failure
        if failure is None or failure.message in self._shown or len(self._shown) >= _HOPELESS:
            return
        self._shown.add(failure.message)
        self._there = failure.there if self._there is None else self._there
        facts = {
            "event": "run failed", "kind": failure.kind, "message": failure.message, "where": failure.where,
            "trace": failure.trace, "params": dict(result.task.params), "replicate": result.task.number,
            "function": result.task.fn_ref,
        }  # fmt: skip
        self.tell(facts)

    def _progress(self, *, now: bool = False) -> None:
        clock = time.monotonic()
        if not now and clock - self._told < _TELL_SECONDS:
            return
        self._told = clock
        rate = self.made / max(clock - self._begun, 1e-9)
        left = self.total - self.done - self.failed
        facts = {
            "event": "progress", "done": self.done, "failed": self.failed, "total": self.total,
            "per_second": round(rate, 3), "seconds_left": round(left / rate, 1) if rate and left else None,
        }  # fmt: skip
        self.store.tell(progress=facts | {"told": time.time()})
        self.tell(facts)

    def _more(self, point: int, count: int) -> int:
        """Return how many replicates of a parameter set are wanted, by what is known of it."""
        most = self.experiment.max_replicates or count
        if not self.experiment.until or count >= most:
            return count
        values = self.store.values(point)
        needed = count
        for output, error in self.experiment.until.items():
            numbers = [_number(output, each, self.experiment) for each in values]
            reached = relative_error(numbers)
            least = min(_FEWEST, most)
            if reached > error or len(numbers) < least:
                growth = 2 * count if not math.isfinite(reached) else math.ceil(count * (reached / error) ** 2)
                needed = max(needed, least, min(growth, 2 * count), count + 1)
        return min(needed, most)


def relative_error(numbers: Sequence[float]) -> float:
    """Return the standard error of a mean divided by that mean; infinity where it is not known.

    An event that was seen always, or never, is not certain: its share is taken from two more of each (Agresti and
    Coull 1998, The American Statistician 52(2)).
    """
    count = len(numbers)
    if count < 2 or not all(map(math.isfinite, numbers)):
        return math.inf
    if set(numbers) in ({0.0}, {1.0}):
        share = (sum(numbers) + 2) / (count + 4)
        return math.sqrt((1 - share) / (share * count))
    deviation = statistics.stdev(numbers)
    if deviation == 0:
        return 0.0
    mean = abs(statistics.fmean(numbers))
    return math.inf if mean == 0 else deviation / math.sqrt(len(numbers)) / mean


def _number(output: str, scalars: Mapping[str, Any], experiment: Experiment) -> float:
    value = scalars.get(output)
    if isinstance(value, int | float):
        return float(value)
    if output in scalars:
        raise ExperimentError(
            f"`until` needs numbers, and the output `{output}` of `{experiment.function}` is {value!r}."
        )
    raise ExperimentError(
        f"`until` names the output `{output}`, which `{experiment.function}` does not return.",
        details=[f"It returns {', '.join(f'`{name}`' for name in scalars) or 'tables alone'}."],
    )


def _go_on(lead: str, name: str) -> str:
    return f"{lead}: ao sim resume {name}"


def _chunks(
    tasks: Iterable[tuple[int, SimulationTask]],
) -> Iterator[list[tuple[int, SimulationTask]]]:
    source = iter(tasks)
    while chunk := list(itertools.islice(source, _CHUNK)):
        yield chunk
