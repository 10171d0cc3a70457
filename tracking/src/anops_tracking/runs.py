"""Keeps runs by MLflow's client: parameters, metrics, tags and files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_control.tracking.data_used import DATA_TAG, data_of
from anops_control.tracking.port import TRAINING_TAG, NotKeptError, Point, Run
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

from anops_tracking.failures import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_control.tracking.data_used import DataUse
    from anops_control.tracking.port import NewRun

_BATCH = 900
"""MLflow takes 1000 entries at once, 100 of them parameters or tags."""
_FEW = 90
_WHOLE_ID = 32


class Runs:
    """The runs of a project."""

    def __init__(self, client: Any, artifacts: Path | None, experiment: str) -> None:  # noqa: ANN401  MLflow is untyped
        self._client = client
        self._artifacts = artifacts
        self._experiment = experiment

    def experiment_id(self) -> str:
        """Return the experiment of this project, made or taken out of the bin where it must be."""
        found = self._client.get_experiment_by_name(self._experiment)
        if found is None:
            location = None if self._artifacts is None else str(self._artifacts / self._experiment)
            return str(self._client.create_experiment(self._experiment, artifact_location=location))
        if found.lifecycle_stage == "deleted":
            self._client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def runs(self, most: int) -> list[Run]:
        """Return the runs of this project, the newest first."""
        with told():
            found = self._client.get_experiment_by_name(self._experiment)
            if found is None:
                return []
            page = self._client.search_runs(
                [found.experiment_id], max_results=most, order_by=["attributes.start_time DESC"]
            )
        return [_run(each) for each in page]

    def run(self, run: str) -> Run:
        """Return a run; the start of its id is enough where it is the only one.

        A training that was resumed has a run for each attempt: its name is that of the last.
        """
        if len(run) == _WHOLE_ID:
            with told():
                return _run(self._client.get_run(run))
        known = self.runs(10_000)
        found = [each for each in known if each.id.startswith(run) or each.name == run]
        found = [each for each in known if each.tags.get(TRAINING_TAG) == run][:1] or found
        if len(found) != 1:
            raise NotKeptError(f"{len(found)} runs are called {run}")
        return found[0]

    def points(self, run: str, metric: str) -> list[Point]:
        """Return all values of a metric of a run, by step."""
        with told():
            found = self._client.get_metric_history(run, metric)
        points = [Point(key=metric, value=each.value, step=each.step, time=each.timestamp) for each in found]
        return sorted(points, key=lambda each: (each.step, each.time))

    def begin_run(self, name: str) -> str:
        """Make a run that others may write to while it runs, and return its id."""
        with told():
            return str(self._client.create_run(self.experiment_id(), run_name=name).info.run_id)

    def keep_run(self, new: NewRun) -> str:
        """Keep a run, and return its id."""
        with told():
            run = new.id
            if run is None:
                made = self._client.create_run(self.experiment_id(), start_time=new.started, run_name=new.name)
                run = str(made.info.run_id)
            parameters, tags = self._not_said_otherwise(run, new)
            self._batches(run, "params", [Param(key, value) for key, value in parameters.items()], _FEW)
            self._batches(run, "tags", [RunTag(key, value) for key, value in tags.items()], _FEW)
            if new.tags.get(DATA_TAG):
                self._client.log_inputs(run, datasets=[_dataset(each) for each in data_of(new.tags)])
            points = [Metric(each.key, each.value, each.time or new.ended, each.step) for each in new.points]
            self._batches(run, "metrics", points, _BATCH)
            for name, path in new.files.items():
                folder = name.rpartition("/")[0]
                self._client.log_artifact(run, str(path), folder or None)
            self._client.set_terminated(run, status=new.status, end_time=new.ended)
        return run

    def artifacts(self, run: str) -> list[str]:
        """Return the paths of what a run has kept."""
        found: list[str] = []
        with told():
            folders = [""]
            while folders:
                for each in self._client.list_artifacts(run, folders.pop() or None):
                    (folders if each.is_dir else found).append(each.path)
        return sorted(found)

    def _not_said_otherwise(self, run: str, new: NewRun) -> tuple[dict[str, str], dict[str, str]]:
        """Return parameters and tags; a parameter that MLflow's own calls have given another value becomes a tag."""
        if new.id is None:
            return dict(new.parameters), dict(new.tags)
        known = self._client.get_run(run).data.params
        other = {key for key, value in new.parameters.items() if known.get(key, value) != value}
        parameters = {key: value for key, value in new.parameters.items() if key not in known}
        return parameters, {**new.tags, **{f"parameter.{key}": new.parameters[key] for key in other}}

    def _batches(self, run: str, kind: str, entries: Sequence[Any], size: int) -> None:
        for begin in range(0, len(entries), size):
            self._client.log_batch(run, **{kind: entries[begin : begin + size]})


def _dataset(used: DataUse) -> DatasetInput:
    """Return a version of a dataset as MLflow's pages show it."""
    source = json.dumps({"name": used.name, "version": used.version})
    dataset = Dataset(name=used.name, digest=used.hash[:36], source_type="anops", source=source)
    return DatasetInput(dataset=dataset, tags=[InputTag("mlflow.data.context", used.role)])


def _run(found: Any) -> Run:  # noqa: ANN401  MLflow is untyped
    info, data = found.info, found.data
    return Run(
        id=info.run_id,
        name=info.run_name or "",
        status=info.status,
        started=int(info.start_time or 0),
        ended=None if info.end_time is None else int(info.end_time),
        parameters=dict(data.params),
        metrics=dict(data.metrics),
        tags=dict(data.tags),
        artifacts=info.artifact_uri or "",
    )
