"""A training from its steps to the project's model, in both languages: real projects, real Metaflow."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest
from anops_control.events import Events
from anops_control.training.resuming import tell_which
from anops_control.training.runs import Runs, RunState, TrainingRun

AO = (sys.executable, "-m", "ao")
STEPS = {
    "python": """
from anops.training import Workflow, register_workflow

@register_workflow
class Line(Workflow):
    def load_data(self):
        return list(range(self.config.get("rows", 10)))
    def split_data(self, data):
        self.size = len(data)
        return data[2:], data[:2]
    def build_pipeline(self):
        return self.config.get("slope", 1)
    def train_model(self, pipeline, train):
        FAILS
        return {"slope": pipeline, "rows": len(train)}
    def evaluate(self, model, test):
        return {"error": abs(model["slope"] - 2.5), "size": self.size}
""",
    "r": """
load_data <- function(config) seq_len(if (is.null(config$rows)) 10L else config$rows)
split_data <- function(data) {
  size <<- length(data)
  list(train = data[-(1:2)], test = data[1:2])
}
build_pipeline <- function(config) if (is.null(config$slope)) 1 else config$slope
train_model <- function(pipeline, train) {
  FAILS
  list(slope = pipeline, rows = length(train))
}
evaluate <- function(model, test) list(error = abs(model$slope - 2.5), size = size)
""",
}
FAILS = {"python": 'raise RuntimeError("no memory")', "r": 'stop("no memory")'}
SERVED = {
    "python": """
def load_model(path):
    import joblib
    return joblib.load(path)
def predict_model(model, data, **options):
    return data["x"] * model["slope"]
""",
    "r": """
load_model <- function(path) readRDS(path)
predict_model <- function(model, newdata, ...) newdata$x * model$slope
""",
}
LANGUAGES = pytest.mark.parametrize("language", [
    "python", pytest.param("r", marks=pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R")),
])  # fmt: skip


def ao(*words: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run([*AO, *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended


def result(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What `--json` wrote at the end, behind the lines of events."""
    return dict(json.loads(re.split(r"^(?=\{$)", ended.stdout, flags=re.MULTILINE)[-1]))


@pytest.fixture
def project(tmp_path: Path, language: str) -> Path:
    """A project whose model nobody has fitted yet."""
    suffix, artifact = ("R", "model.rds") if language == "r" else ("py", "model.joblib")
    (tmp_path / "ao.toml").write_text(
        f'[project]\nname = "line"\nversion = "0.1.0"\nlanguage = "{language}"\n\n[model]\nartifact = "{artifact}"\n',
        encoding="utf-8",
    )
    (tmp_path / f"train.{suffix}").write_text(STEPS[language].replace("FAILS", ""), encoding="utf-8")
    return tmp_path


@LANGUAGES
def test_a_failed_training_goes_on_where_it_stopped(project: Path, language: str) -> None:
    code = next(project.glob("train.*"))
    code.write_text(STEPS[language].replace("FAILS", FAILS[language]), encoding="utf-8")
    failed = ao("train", "--keep-project", "--set", "rows=20", cwd=project, code=1)
    (run,) = (project / ".anops" / "training").iterdir()
    said = " ".join(failed.stderr.split())
    assert "`train_model` failed: " in said
    assert "no memory" in said
    assert f"Where: {code.name}, line " in said
    assert str(run / "logs" / "train_model.log") in said.replace(" ", "")
    assert said.endswith("ao train --resume")

    code.write_text(STEPS[language].replace("FAILS", ""), encoding="utf-8")
    resumed = ao("train", "--resume", "--keep-project", "--json", cwd=project)
    started = re.findall(r'"event": "step started", "run": "[^"]+", "step": "(\w+)"', resumed.stdout)
    assert started == ["train_model", "evaluate", "save_model"]
    told = result(resumed)
    assert told["runs"][0]["metrics"] == {"error": 1.5, "size": 20}
    assert told["runs"][0]["attempts"] == 2
    assert Path(told["model"]).is_file()
    page = Path(told["card"]).read_text(encoding="utf-8")
    assert any(run.name.encode() in base64.b64decode(data) for data in re.findall(r'"([A-Za-z0-9+/=]{400,})"', page))
    nothing = ao("train", "--resume", cwd=project, code=2)
    assert "No training waits to be resumed." in nothing.stderr
    assert not (project / ".metaflow").exists()


def test_a_run_that_goes_on_is_told_with_those_that_wait(tmp_path: Path) -> None:
    runs, told = Runs(tmp_path), list[Any]()
    for name, slope in (("a", 1), ("b", 2), ("c", 3)):
        (runs.folder / name).mkdir(parents=True)
        runs.put(
            TrainingRun(name=name, state=RunState.FAILED, started="", language="r", code="train.R", workflow=None,
                        config={"slope": slope}, seed=1, artifact="model.rds", steps={}, metrics={},
                        failed_step="evaluate")
        )  # fmt: skip
    tell_which(runs.to_resume(None), runs, Events(told.append), was_named=False)
    assert [each.text for each in told] == [
        "Going on with the training `c` of `train.R` (slope = 3), which failed at `evaluate`.",
        "`b` (slope = 2) waits too, and 1 more: ao train --resume b",
    ]
    tell_which(runs.to_resume("a"), runs, Events(told.append), was_named=True)
    assert [each.text for each in told[2:]] == [
        "Going on with the training `a` of `train.R` (slope = 1), which failed at `evaluate`."
    ]


@pytest.mark.long
@pytest.mark.parametrize("language", ["python"])
def test_it_is_said_which_run_of_a_sweep_goes_on(project: Path) -> None:
    code = next(project.glob("train.*"))
    code.write_text(STEPS["python"].replace("FAILS", FAILS["python"]), encoding="utf-8")
    words = ("train", "--keep-project", "--sweep", "slope=2,3.5", "--set", "rows=6", "--metric", "error")
    failed = ao(*words, cwd=project, code=1)
    first, last = sorted(
        (each.name for each in (project / ".anops/training").iterdir()),
        key=lambda name: json.loads((project / ".anops/training" / name / "plan.json").read_text())["config"]["slope"],
    )
    assert f"ao train --resume {first}" in " ".join(failed.stderr.split())  # the one whose failure is told

    code.write_text(STEPS["python"].replace("FAILS", ""), encoding="utf-8")
    taken, other = sorted((first, last), reverse=True)
    slope = {first: 2, last: 3.5}
    said = " ".join(ao("train", "--resume", "--keep-project", cwd=project).stderr.split())
    assert f"`{taken}` of `train.py` (rows = 6, slope = {slope[taken]}), which failed at `train_model`." in said
    assert f"`{other}` (rows = 6, slope = {slope[other]}) waits too: ao train --resume {other}" in said


@LANGUAGES
def test_the_best_of_a_sweep_is_taken(project: Path) -> None:
    (project / "config.yaml").write_text("slope: 9\nrows: 4\n", encoding="utf-8")
    words = ("train", "--keep-project", "--sweep", "slope=2,3.5", "--set", "rows=6", "--json")
    refused = ao(*words, cwd=project, code=2)
    assert "--metric rmse --better lower" in refused.stderr
    told = result(ao(*words, "--metric", "error", cwd=project))
    assert [(run["config"], run["metrics"]["error"]) for run in told["runs"]] == [
        ({"slope": 2, "rows": 6}, 0.5), ({"slope": 3.5, "rows": 6}, 1.0),
    ]  # fmt: skip
    assert told["best"] == told["runs"][0]["name"]
    words = ("train", "--keep-project", "--sweep", "slope=2..4:log", "--draws", "2", "--set", "rows=6", "--json")
    drawn = result(ao(*words, "--metric", "error", "--better", "higher", cwd=project))
    worst = max(drawn["runs"], key=lambda run: run["metrics"]["error"])
    assert (len(drawn["runs"]), drawn["best"]) == (2, worst["name"])


@LANGUAGES
def test_a_trained_model_becomes_the_projects(project: Path, language: str) -> None:
    code = "model.R" if language == "r" else "model.py"
    with (project / "ao.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'code = "{code}"\n[model.inputs]\nx = "number"\n[model.outputs]\nprediction = "number"\n')
    (project / code).write_text(SERVED[language], encoding="utf-8")
    (project / "tests").mkdir()
    reference = {
        "rows": {"columns": {"x": [1.0, 2.0]}}, "predictions": {"columns": {"prediction": [1.0, 2.0]}}, "options": {},
    }  # fmt: skip
    (project / "tests/reference.json").write_text(json.dumps(reference), encoding="utf-8")
    told = result(ao("train", "--seed", "3", "--set", "slope=2", "--json", cwd=project))
    assert told["runs"][0]["seed"] == 3
    assert told["taken"]["version"] == "0.1.1"
    assert told["checked"]["summary"]["passed"]
    assert next(project.glob("model.[rj]*")).read_bytes() == Path(told["model"]).read_bytes()
    renewed = json.loads((project / "tests/reference.json").read_text(encoding="utf-8"))
    assert renewed["predictions"]["columns"]["prediction"] == [2, 4]
    assert 'version = "0.1.1"' in (project / "ao.toml").read_text(encoding="utf-8")
    lines = (Path(told["model"]).parent / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    parameters = {each["name"]: each["value"] for each in map(json.loads, lines) if each["kind"] == "parameter"}
    assert parameters == {"slope": 2, "seed": 3}


@LANGUAGES
def test_a_step_is_debugged_in_the_terminal(project: Path, language: str) -> None:
    code = next(project.glob("train.*"))
    stop = 'secret = 42\n        raise RuntimeError("no memory")' if language == "python" else (
        'secret <- 42\n  browser()\n  stop("no memory")'
    )  # fmt: skip
    code.write_text(STEPS[language].replace("FAILS", stop), encoding="utf-8")
    terminal = pexpect.spawn(sys.executable, ["-m", "ao", "train", "--debug"], cwd=str(project), encoding="utf-8",
                             timeout=60)  # fmt: skip
    if language == "r":
        terminal.expect(r"Browse\[\d\]> ")
        terminal.sendline("secret")
        terminal.expect(r"\[1\] 42")
        terminal.sendline("c")
        terminal.expect("no memory")
        terminal.expect("Selection: ")
        terminal.sendline("0")
    else:
        terminal.expect("no memory")  # where it failed, without a stop
        terminal.expect(r"\(Pdb\) ")
        terminal.sendline("p secret")
        terminal.expect("42")
        terminal.sendline("q")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1


@pytest.mark.parametrize("language", ["python"])
@pytest.mark.parametrize("order", [("run", "--config", "c.yaml"), ("--config", "c.yaml", "run")])
def test_a_script_of_the_project_trains(project: Path, order: tuple[str, ...]) -> None:
    script = project / "run_training_workflow.py"
    script.write_text("from anops.training import TrainingWorkflow\n\nTrainingWorkflow()\n", encoding="utf-8")
    (project / "c.yaml").write_text("slope: 2\n", encoding="utf-8")
    command = [sys.executable, script.name, *order, "--keep-project"]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "error = 0.5" in ended.stderr


@pytest.mark.parametrize("language", ["python"])
def test_what_is_missing_is_said_before_anything_runs(project: Path) -> None:
    (project / "train.py").unlink()
    said = ao("train", cwd=project, code=2).stderr
    assert "There is no `train.py`, the file with the steps" in said
    assert not (project / ".anops").exists()
