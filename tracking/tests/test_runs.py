"""Runs: what programs tell of them in R and in Python is kept, and nothing is lost where nobody can be reached."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.run_lines import LineKind, RunLine
from anops_control.tracking.opening import place_of
from anops_control.tracking.recording import Recording, waiting
from anops_control.tracking.tracked import tracked_trainings
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked

R_CLIENT = "client/r/anops"
IN_PYTHON = """
import anops, numpy, sys
from matplotlib_like import Figure
anops.log_parameter("depth", numpy.int64(4))
anops.log_parameter("80%", "of the rows")
for step in (1, 2, 3):
    anops.log_metric("rmse", 3.0 / step, step=step)
anops.log_metric("acc(test)", 0.5)
anops.log_metric("loss", float("inf"))
anops.log_figure("residuals", Figure())
anops.log_artifact("README.md", "read me")
import mlflow
mlflow.log_metric("by_mlflow", 7)
print("fitted")
"""
FIGURE = 'class Figure:\n    def savefig(self, path): open(path, "wb").write(b"png")\n'
IN_R = """
for (file in list.files(Sys.getenv("R_CLIENT"), full.names = TRUE)) source(file)
log_parameter("depth", 4L)
log_parameter("80%", "of the rows")
for (step in 1:3) log_metric("rmse", 3 / step, step = step)
log_metric("acc(test)", 0.5)
log_metric("loss", Inf)
log_figure("residuals", plot(cars))
log_artifact("README.md", "read me")
cat("fitted\\n")
"""


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_task_is_kept_as_a_run(
    language: str, project: Callable[[str], Asked], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    asked = project(language)
    (asked.folder / "matplotlib_like.py").write_text(FIGURE)
    script, program = ("fit.R", "Rscript --vanilla fit.R") if language == "r" else ("fit.py", "python fit.py")
    (asked.folder / script).write_text(IN_R if language == "r" else IN_PYTHON)
    with (asked.folder / "ao.toml").open("a") as toml:
        toml.write(f'\n[tasks.fit]\nrun = "{program}"\n')
    monkeypatch.setenv("R_CLIENT", str(pytestconfig.rootpath / R_CLIENT / "R"))
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "begin"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *command], cwd=asked.folder, check=True)
    asked("run", tasks=("fit",), track=True)
    (only,) = asked("runs list").runs
    told = asked("runs show", run=only.id[:6]).to_dict()
    assert (told["name"], told["status"]) == ("fit", "FINISHED")
    assert told["parameters"] == {"80_": "of the rows", "depth": "4"}
    assert (told["metrics"]["rmse"], told["metrics"]["acc_test_"]) == (1, 0.5)
    assert told["tags"]["metric.loss"] == "Infinity"
    assert json.loads(told["tags"]["anops.renamed"]) == {"80_": "80%", "acc_test_": "acc(test)"}
    assert told["tags"]["anops.dirty"] == "false"
    assert told["metrics"]["system/max_memory_mb"] > 1
    assert told["tags"]["anops.language_version"].startswith("R version" if language == "r" else "Python 3")
    assert {"figures/residuals.png", "artifacts/read me", "log.txt", "environment/packages.txt"} <= {*told["files"]}
    if language == "python":
        assert told["metrics"]["by_mlflow"] == 7
    drawn = asked("runs plot", runs=(only.id,), metric="rmse")
    assert next(iter(drawn.series.values())) == [(1, 3.0), (2, 1.5), (3, 1.0)]
    assert drawn.file.read_text().count("<circle") == 3
    made = asked("model register", run=only.id[:8])
    assert made.version.run == only.id
    assert "| rmse | 1 |" in asked("model card", address=asked.name).text

    for wrong, remedy in ((only.id[:6] + "x", None), ("fitt", "Did you mean `fit`?")):
        with pytest.raises(CommandError, match=f"There is no run `{wrong}`") as failed:
            asked("runs show", run=wrong)
        assert failed.value.code is Code.RUN_NOT_FOUND
        assert remedy is None or failed.value.remedy == remedy
    with pytest.raises(CommandError, match="No such run has the metric `rsme`") as metric:
        asked("runs plot", runs=(only.id,), metric="rsme")
    assert metric.value.remedy == "Did you mean `rmse`?"


def test_without_a_server_a_run_is_kept_here_and_sent_later(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    before = (asked.folder / "ao.toml").read_text()
    (asked.folder / "ao.toml").write_text(
        before + '\n[tracking]\nuri = "http://127.0.0.1:9"\n\n[tasks.fit]\nrun = "exit 3"\n'
    )
    told: list[Any] = []
    with pytest.raises(CommandError, match="fit"):
        asked.told_to(told, "run", tasks=("fit",), track=True)
    assert any("sent later" in event.text for event in told)
    assert len(waiting(asked.folder)) == 1
    (asked.folder / "ao.toml").write_text(before)
    (only,) = asked("runs list").runs
    assert (only.name, only.status) == ("fit", "FAILED")
    assert waiting(asked.folder) == []


def test_a_training_is_kept_as_a_run(project: Callable[[str], Asked], tmp_path: Path) -> None:
    asked, events = project("python"), Events()
    training = load(asked.folder).project
    with tracked_trainings(training, events):
        begun = {"event": "training started", "run": "20260131-1", "folder": str(tmp_path), "config": {"a": {"b": 2}}}
        events.state({**begun, "seed": 7})
        events.state({"event": "told", "run": "20260131-1", "kind": "metric", "name": "loss", "value": 2, "step": 1})
        ended = {"state": "failed", "failed_step": "evaluate", "message": "no", "steps": {"load_data": 0.5}}
        events.state({"event": "training ended", "run": "20260131-1", "metrics": {"rmse": 1.5}, **ended})
    runs = asked("runs list").runs
    assert [(each.name, each.status) for each in runs] == [("20260131-1", "FAILED")]
    assert runs[0].parameters == {"a.b": "2", "seed": "7"}
    metrics = runs[0].metrics
    assert (metrics["loss"], metrics["rmse"], metrics["system/seconds/load_data"]) == (2, 1.5, 0.5)
    assert runs[0].tags["anops.failed_step"] == "evaluate"
    compared = asked("runs compare", runs=(runs[0].id, runs[0].id))
    assert (compared.parameters, compared.metrics["rmse"]) == ({}, [1.5, 1.5])


def test_names_that_become_the_same_stay_apart(tmp_path: Path) -> None:
    recording = Recording.begin(tmp_path, "names")
    names = ("a%", "a(", "a%", "größe", "..", "a//b", "x" * 300)
    recording.end("FINISHED", [RunLine(kind=LineKind.METRIC, name=name, value=1.0) for name in names])
    (folder,) = waiting(place_of(tmp_path).home)
    kept = [each["key"] for each in json.loads((folder / "run.json").read_text())["points"]]
    assert kept == ["a_", "a__2", "a_", "größe", "_", "a/b", "x" * 250]
