"""Makes one run of what MLflow keeps by itself while a model is trained."""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _alone(uri: str) -> Iterator[None]:
    """Let one process at a time make the tables of a file: MLflow breaks it where two do. `ao` holds the same lock."""
    with ExitStack() as stack:
        with suppress(ImportError, OSError):  # a folder that is only read, or Windows: nothing holds others back
            import fcntl  # noqa: PLC0415  only Unix has it

            if uri.startswith("sqlite:///"):
                lock = stack.enter_context(Path(f"{uri.removeprefix('sqlite:///')}.lock").open("a", encoding="utf-8"))
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
                with _alone(os.environ.get("MLFLOW_TRACKING_URI", "")):
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

        # autologging ends its run by the one name, `with mlflow.start_run()` by the other
        fluent.end_run = mlflow.end_run = ended
        return run
