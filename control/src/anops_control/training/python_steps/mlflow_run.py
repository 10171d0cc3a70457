"""Makes one run of what MLflow keeps by itself while a model is trained."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class MlflowRun:
    """Leads MLflow's own calls and its autologging into one run, that of this training, where a step imports it."""

    def __init__(self, lines: Path) -> None:
        self._lines = lines
        self._run: str | None = None
        self._given_up = False

    def follow(self) -> None:
        """Make MLflow go on with the run, or begin it; before MLflow is imported nothing is done."""
        mlflow: Any = sys.modules.get("mlflow")
        if mlflow is None or self._given_up or not os.environ.get("MLFLOW_EXPERIMENT_NAME"):
            return
        if self._run is None:
            try:
                self._run = self._begun(mlflow)
            except Exception as error:  # noqa: BLE001  whatever MLflow raises: its calls are then on their own
                self._given_up = True
                told = f"MLflow's own calls can't be kept with this run: {type(error).__name__}: {error}"
                sys.stdout.write(told.partition("\n")[0] + "\n")
                return
        if mlflow.active_run() is None:
            os.environ["MLFLOW_RUN_ID"] = self._run

    def _begun(self, mlflow: Any) -> str:  # noqa: ANN401  a module
        """Begin the run, or take the one that a step has begun by itself, and tell it."""
        last = mlflow.active_run() or mlflow.last_active_run()
        if last is None:
            client, name = mlflow.MlflowClient(), os.environ["MLFLOW_EXPERIMENT_NAME"]
            found = client.get_experiment_by_name(name)
            place = os.environ.get("ANOPS_MLFLOW_ARTIFACTS") or None
            experiment = found.experiment_id if found else client.create_experiment(name, artifact_location=place)
            run = str(client.create_run(experiment, run_name=self._lines.parent.name).info.run_id)
        else:
            run = str(last.info.run_id)
        with self._lines.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps({"kind": "tag", "name": "anops.begun_by_mlflow", "value": run}) + "\n")
        fluent: Any = importlib.import_module("mlflow.tracking.fluent")
        end_run = fluent.end_run

        def ended(*arguments: Any, **named: Any) -> None:  # noqa: ANN401  MLflow's own
            # MLflow takes the variable away when it goes on with the run; what is fitted next goes on with it too
            end_run(*arguments, **named)
            if mlflow.active_run() is None:
                os.environ["MLFLOW_RUN_ID"] = run

        fluent.end_run = ended
        return run
