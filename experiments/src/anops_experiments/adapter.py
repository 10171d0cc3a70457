"""What `ao sim` asks: plans, runs, states and results of the experiments of a project."""

from __future__ import annotations

import itertools
import logging
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from anops_experiments.conducting import Conducting
from anops_experiments.experiment import Experiment
from anops_experiments.export import write_csv, write_parquet
from anops_experiments.export_tables import file_of, write_table, write_tables
from anops_experiments.failures import ExperimentError
from anops_experiments.services import ProcessSimulationService
from anops_experiments.store import Store
from anops_experiments.tasks import FunctionRef
from anops_experiments.workers.worker_process import WorkerSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from anops_experiments.contracts import SimulationService
    from anops_experiments.tasks import Language

_NAMES = frozenset(each.name for each in fields(Experiment))
_SHOWN = 5
_NAME = re.compile(r"\w[\w.-]{0,99}")


class Laboratory:
    """Runs the experiments of a project, and keeps their results below its `.anops/experiments`."""

    error = ExperimentError
    """What it raises; it has a message, details and a remedy."""

    def language(self, function: str) -> Language:
        """Return what a function is written in."""
        return FunctionRef.read(function).language

    def plan(self, folder: Path, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a run would do."""
        experiment = _experiment(folder, name, settings)
        points, code = experiment.parameter_sets(), experiment.code_digest()
        store = _store(folder, name)
        try:
            finished = 0
            for each in points:
                ids = [experiment.task(each, number, code).id for number in range(1, experiment.replicates + 1)]
                finished += len(store.finished(ids))
        finally:
            store.close()
        return {
            "name": name, "function": experiment.function, "code": code, "points": len(points),
            "replicates": experiment.replicates, "tasks": len(points) * experiment.replicates, "finished": finished,
            "most_tasks": len(points) * (experiment.max_replicates or experiment.replicates),
            "first": [dict(each) for each in points[:_SHOWN]],
        }  # fmt: skip

    def run(
        self,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        *,
        program: str,
        environ: Mapping[str, str],
        cluster: Mapping[str, Any] | None,
        tell: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool],
        code: Path | None = None,
    ) -> dict[str, Any]:
        """Run what is not finished, and return how it ended."""
        experiment = _experiment(code or folder, name, settings)
        spec = WorkerSpec(
            FunctionRef.read(experiment.function).language, str(experiment.folder), program, dict(environ),
            settings.get("timeout"), settings.get("memory"),
        )  # fmt: skip
        store = _store(folder, name)
        try:
            with store.held():
                store.tell(settings=dict(settings))
                for service in _service(spec, settings, _with_code(cluster, folder, code)):
                    state = Conducting(experiment, service, store, tell, stopped, (cluster or {}).get("workspace")).go()
                store.tell(ended=state)
                table = store.folder / "results.parquet"
                write_parquet(store, table)
                tables = write_tables(store, store.folder)
                told = _told(store, name) | {"state": state, "running": False, "summary": None}
                told["alike"] = store.is_alike()
                if experiment.aggregate:
                    write_parquet(store, store.folder / "summary.parquet", summed=True)
                    told["summary"] = str(store.folder / "summary.parquet")
                return told | {"results": str(table), "tables": [str(each) for each in tables]}
        finally:
            store.close()

    def calibrate(
        self,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        *,
        program: str,
        environ: Mapping[str, str],
        cluster: Mapping[str, Any] | None,
        tell: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool],
    ) -> dict[str, Any]:
        """Find parameters by what was observed, and return what was found."""
        try:
            from anops_experiments.calibration.running import calibrate  # noqa: PLC0415  who calibrates needs Optuna
        except ImportError as error:
            raise ExperimentError(
                f"Calibrations need Optuna, which is not installed beside `ao`: {error}.",
                remedy="Run: ao extra add experiments",
            ) from error
        _checked(name)
        spec = WorkerSpec(
            FunctionRef.read(settings["function"]).language, str(folder), program, dict(environ),
            settings.get("timeout"), settings.get("memory"),
        )  # fmt: skip
        place = _hidden(folder, "calibrations") / name
        told: dict[str, Any] = {}
        for service in _service(spec, settings, cluster):
            told = calibrate(folder, place, name, settings, service, tell=tell, stopped=stopped)
        return told

    def status(self, folder: Path, name: str) -> dict[str, Any]:
        """Return how far it is."""
        store = _existing(folder, name)
        try:
            return _told(store, name)
        finally:
            store.close()

    def results(
        self,
        folder: Path,
        name: str,
        target: Path | None,
        *,
        exact: bool,
        summed: bool = False,
        table: str | None = None,
    ) -> dict[str, Any]:
        """Write results, or what was made of each parameter set, into a file: CSV by its ending, else Parquet."""
        store = _existing(folder, name)
        try:
            told = _told(store, name)
            if summed and not any(store.summaries()):
                raise ExperimentError(
                    f"There is no aggregate of the runs of `{name}`.",
                    remedy="Name a function that makes one as `aggregate` in ao.toml, and run again.",
                )
            usual = f"{'summary-' if summed else ''}{table}" if table else "summary" if summed else "results"
            file = target or store.folder / (file_of(usual) if table else f"{usual}.parquet")
            columns: dict[str, str] = {}
            if table is not None:
                columns = write_table(store, table, file, exact=exact, summed=summed)
            elif file.suffix.lower() == ".csv":
                columns = write_csv(store, file, exact=exact, summed=summed)
            else:
                write_parquet(store, file, summed=summed)
            return told | {"results": str(file), "columns": columns}
        finally:
            store.close()

    def cancel(self, folder: Path, name: str) -> bool:
        """Let a run end; return whether there was one."""
        store = _existing(folder, name)
        try:
            if not store.is_held():
                return False
            store.cancel()
            return True
        finally:
            store.close()

    def settings(self, folder: Path, name: str) -> dict[str, Any]:
        """Return what an experiment was run with last.

        Raises:
            ExperimentError: It was never run.
        """
        store = _existing(folder, name)
        try:
            return store.fact("settings") or {}
        finally:
            store.close()

    def names(self, folder: Path) -> list[str]:
        """Return the experiments that were begun."""
        place = _place(folder)
        return sorted(each.parent.name for each in place.glob("*/results.sqlite"))


LABORATORY = Laboratory()


def _service(
    spec: WorkerSpec, settings: Mapping[str, Any], cluster: Mapping[str, Any] | None
) -> Iterator[SimulationService]:
    asked: dict[str, Any] = {"cold": settings.get("cold", False), "attempts": settings.get("attempts", 2)}
    if cluster is None:
        workers = settings.get("workers")
        with ProcessSimulationService(spec.folder, workers=workers, specs=[spec], **asked) as service:
            yield service
        return
    try:
        from anops_experiments.services.clusters import connected  # noqa: PLC0415  only who has a cluster
        from anops_experiments.services.on_dask import DaskSimulationService  # noqa: PLC0415  the same
    except ImportError:
        raise ExperimentError(
            "A cluster needs Dask, which is not installed beside `ao`.", remedy="Run: ao extra add experiments"
        ) from None
    # a scheduler that is lost is told by its tasks; Dask would print a traceback as well
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    # a cluster elsewhere has programs of its own
    specs = [spec] if cluster.get("runs") == "here" else []
    limits: dict[str, Any] = {} if specs else {"timeout": spec.timeout, "memory": spec.memory}
    if cluster.get("ships"):
        asked |= {"ships": True, "files": settings.get("files", ())}
    folder = cluster.get("folder") or spec.folder
    with connected(cluster) as client, DaskSimulationService(client, folder, specs=specs, **limits, **asked) as service:
        yield service


def _with_code(cluster: Mapping[str, Any] | None, folder: Path, code: Path | None) -> Mapping[str, Any] | None:
    """Return a cluster that has the project in a folder of its own with that of the code below it."""
    if cluster is None or code is None or not cluster.get("folder"):
        return cluster
    return {**cluster, "folder": f"{cluster['folder']}/{code.relative_to(folder).as_posix()}"}


def _experiment(folder: Path, name: str, settings: Mapping[str, Any]) -> Experiment:
    told = {key: value for key, value in settings.items() if key in _NAMES}
    return Experiment(name=name, folder=folder, **told)


def _told(store: Store, name: str) -> dict[str, Any]:
    counts = store.counts()
    return {
        "name": name, "running": store.is_held(), "done": counts.pop("ok", 0),
        "waiting": counts.pop("waiting", 0), "failed": sum(counts.values()), "failures": store.failures(_SHOWN),
        "progress": store.fact("progress"), "function": store.fact("function"), "code": store.fact("code"),
        "ended": store.fact("ended"), "summary_failures": _summary_failures(store),
        "bundle": (store.fact("settings") or {}).get("bundle"),
    }  # fmt: skip


def _summary_failures(store: Store) -> list[dict[str, Any]]:
    failed = (each for each in store.summaries() if each["kind"] not in {"ok", None})
    return [
        {"point": each["point"], "message": each["message"], "where": each["place"], "trace": each["trace"]}
        for each in itertools.islice(failed, _SHOWN)
    ]


def _place(folder: Path) -> Path:
    return folder / ".anops" / "experiments"


def _store(folder: Path, name: str) -> Store:
    _checked(name)
    return Store(_hidden(folder, "experiments") / name)


def _checked(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ExperimentError(
            f"An experiment can't be named `{name}`: it must be letters, digits, `-`, `_` and `.`, as a folder has it."
        )


def _hidden(folder: Path, what: str) -> Path:
    place = folder / ".anops" / what
    place.mkdir(parents=True, exist_ok=True)
    ignored = place.parent / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="ascii")
    return place


def _existing(folder: Path, name: str) -> Store:
    if not _NAME.fullmatch(name) or not (_place(folder) / name / "results.sqlite").is_file():
        raise ExperimentError(
            f"The experiment `{name}` has not been run in {folder}.", remedy=f"Run it: ao sim run {name}"
        )
    return Store(_place(folder) / name)
