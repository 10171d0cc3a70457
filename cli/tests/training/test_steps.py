"""The steps of a training, done in Python and in R: what they hand on, and what is said where they fail."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import joblib
import pytest
from anops_control.run_lines import LineKind, RunLine
from anops_control.training.hosting import StepEnded, StepHost, Told, step_program
from anops_control.training.plan import STEPS, TrainingPlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GOOD = {
    "python": """
import random
def load_data(config): return list(range(config["rows"]))
def split_data(data): return data[1:], data[:1]
def build_pipeline():
    return {"chance": random.random()}
def train_model(pipeline, train):
    print("fitting", len(train))
    return {**pipeline, "sum": sum(train)}
def evaluate(model, test): return {"first": test[0], "gap": float("inf")}
""",
    "r": """
load_data <- function(config) seq_len(config$rows) - 1
split_data <- function(data) list(train = data[-1], test = data[1])
build_pipeline <- function() list(chance = runif(1))
train_model <- function(pipeline, train) {
  cat("fitting", length(train), "\\n")
  c(pipeline, sum = sum(train))
}
evaluate <- function(model, test) list(first = test[1], gap = Inf)
""",
}
LANGUAGES = pytest.mark.parametrize("language", [
    "python", pytest.param("r", marks=pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R")),
])  # fmt: skip


@dataclass
class Heard:
    """What was told of a run."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    told: list[RunLine] = field(default_factory=list)


@dataclass
class Project:
    """A folder with steps."""

    folder: Path
    language: Any
    heard: Heard = field(default_factory=Heard)

    def write(self, code: str) -> None:
        (self.folder / self.code).write_text(code, encoding="utf-8")

    @property
    def code(self) -> str:
        return "train.R" if self.language == "r" else "train.py"

    def plan(self, **config: Any) -> TrainingPlan:
        plan = TrainingPlan(
            folder=self.folder, language=self.language, code=self.code, workflow=config.pop("workflow", None),
            config=config, seed=7, run=self.folder / "run",
            artifact="model.rds" if self.language == "r" else "model.joblib",
        )  # fmt: skip
        plan.write()
        return plan

    def do(self, *groups: Sequence[str], **config: Any) -> list[StepEnded]:
        """Do steps, each group in a process of its own."""
        plan, ended = self.plan(**{"rows": 4, **config}), []
        heard = Told(
            starting=lambda _: None,
            line=lambda text, step: self.heard.lines.append((step, text.strip())),
            told=self.heard.told.append,
            ended=lambda _: None,
        )

        async def go() -> None:
            from pathlib import Path  # noqa: PLC0415  for the interpreter alone

            program = step_program(plan, Path(sys.executable))
            async with StepHost(plan, program, dict(os.environ), heard) as host:
                for group in groups:
                    for step in group:
                        ended.append(await host.perform(step))
                        if not ended[-1].ok:
                            return
                    await host.stop()

        asyncio.run(go())
        return ended


@pytest.fixture
def project(tmp_path: Path, language: str) -> Project:
    (tmp_path / "run").mkdir()
    return Project(tmp_path, language)


def model_of(project: Project) -> Any:
    if project.language == "python":
        return joblib.load(project.folder / "run" / "model.joblib")
    import subprocess  # noqa: PLC0415  for R alone

    script = "m <- readRDS(commandArgs(TRUE)[1]); cat(format(m$chance, digits = 17), m$sum)"
    command = ["Rscript", "-e", script, str(project.folder / "run" / "model.rds")]
    chance, total = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return {"chance": float(chance), "sum": int(total)}


@LANGUAGES
def test_steps_hand_on_what_they_return_in_one_process_or_several(project: Project) -> None:
    project.write(GOOD[project.language])
    assert all(each.ok for each in project.do(STEPS))
    one = model_of(project)
    assert one["sum"] == 6
    assert ("train_model", "fitting 3") in project.heard.lines
    assert (project.folder / "run/logs/train_model.log").read_text(encoding="utf-8").strip() == "fitting 3"
    metrics = {line.name: line.value for line in project.heard.told if line.kind is LineKind.METRIC}
    assert metrics == {"first": 0.0, "gap": float("inf")}
    assert all(each.ok for each in project.do(STEPS[:3], STEPS[3:4], STEPS[4:]))
    assert model_of(project) == one  # chance included


FAILING = {
    "raises": ('def build_pipeline():\n    raise ValueError("no formula")\n',
               'build_pipeline <- function() {\n  stop("no formula")\n}\n',
               "`build_pipeline` failed: ", "no formula"),
    "nothing": ("def build_pipeline(): pass\n", "build_pipeline <- function() NULL\n",
                "`build_pipeline` returned nothing.", ""),
    "killed": ("import os\ndef build_pipeline(): os.kill(os.getpid(), 9)\n",
               "build_pipeline <- function() tools::pskill(Sys.getpid(), 9)\n",
               "`build_pipeline` was killed by signal 9 (SIGKILL).", ""),
    "leaves": ("import os\ndef build_pipeline(): os._exit(0)\n", "build_pipeline <- function() quit(status = 0)\n",
               "`build_pipeline` ended its process with exit code 0", ""),
    "split": ("def split_data(data): return data[:3]\n", "split_data <- function(data) data\n",
              "`split_data` must return", ""),
    "metrics": ('def evaluate(model, test): return {"rmse": "low"}\n',
                'evaluate <- function(model, test) list(rmse = "low")\n',
                "`evaluate` must return a number for `rmse`; it returned ", ""),
    "no names": ("def evaluate(model, test): return 3.5\n", "evaluate <- function(model, test) 3.5\n",
                 "`evaluate` must return metrics by name", ""),
    "no file": ("def save_model(model, path): pass\n", "save_model <- function(model, path) invisible()\n",
                "`save_model` wrote no file.", ""),
    "lacking": ("del evaluate\n", "rm(evaluate)\n", "", "`evaluate`"),
}  # fmt: skip


@LANGUAGES
@pytest.mark.parametrize("kind", FAILING)
def test_a_step_that_fails_says_what_and_where(project: Project, kind: str) -> None:
    python, r, start, part = FAILING[kind]
    project.write(GOOD[project.language] + (python if project.language == "python" else r))
    failed = project.do(STEPS)[-1]
    assert not failed.ok
    assert failed.message.startswith(start)
    assert part in failed.message
    if kind == "raises":
        lines = (project.folder / project.code).read_text(encoding="utf-8").splitlines()
        at = next(position for position, line in enumerate(lines, 1) if "no formula" in line)
        assert failed.where == f"{project.code}, line {at}"
        assert failed.log is not None
        assert "no formula" in failed.log.read_text(encoding="utf-8")


CLASSES = """
from anops.training import Workflow, register_workflow

@register_workflow
class Base(Workflow):
    def load_data(self): return [1, 2]
    def split_data(self, data):
        self.size = len(data)
        return data, data, data, data
    def build_pipeline(self): return 0
    def train_model(self, pipeline, X, y): return {"sum": sum(X) + self.size, "chance": 0}
    def evaluate(self, model, X, y): return {"size": self.size}
"""
OTHER = """
@register_workflow("other data")
class Other(Base):
    def load_data(self): return [10, 20, 30]
"""
R_LISTS = """
base <- register_workflow(
  "base", load_data = function() 1:2, split_data = function(data) list(data, data),
  train_model = function(pipeline, train) list(sum = sum(train) + length(train), chance = 0),
  evaluate = function(model, test) c(size = length(test))
)
register_workflow("other data", load_data = function() c(10L, 20L, 30L), base = "base")
"""


@LANGUAGES
def test_another_load_data_alone_trains_on_other_data(project: Project) -> None:
    project.write(CLASSES + OTHER if project.language == "python" else R_LISTS)
    unnamed = project.do(STEPS)[-1]
    assert "registers 2 workflows" in unnamed.message
    assert unnamed.remedy == "Choose one: ao train --workflow 'other data'"
    ended = project.do(STEPS[:2], STEPS[2:], workflow="other data")  # and `self.size` goes along
    assert [each.ok for each in ended] == [True] * 6
    assert model_of(project)["sum"] == 63
    wrong = project.do(STEPS, workflow="another")[-1]
    assert wrong.message == f"There is no workflow `another` in {project.code}."
    assert wrong.remedy is not None
    assert wrong.remedy.startswith("The workflows are ")
    assert wrong.remedy.endswith("`.")


@pytest.mark.parametrize("language", ["python"])
def test_what_cannot_be_a_file_is_named(project: Project) -> None:
    project.write(GOOD["python"] + "def build_pipeline(): return (each for each in [1])\n")
    failed = project.do(STEPS)[-1]
    assert failed.message.startswith("What `build_pipeline` returned can't be handed on as a file: it is a generator.")


@LANGUAGES
def test_a_configuration_arrives_as_it_is_written(project: Project) -> None:
    config = {"text": 'a "b" \\ é\n', "numbers": [1, 2.5], "none": None, "deep": {"on": True, "big": 2**40}}
    if project.language == "python":
        check = (
            f"def load_data(config):\n    assert {{k: config[k] for k in {list(config)}}} == {config!r}\n    return 1\n"
        )
    else:
        check = """load_data <- function(config) {
  stopifnot(config$text == "a \\"b\\" \\\\ \\u00e9\\n", config$numbers == c(1, 2.5), is.null(config$none),
            isTRUE(config$deep$on), config$deep$big == 2^40)
  1
}
"""
    project.write(GOOD[project.language] + check)
    assert json.dumps([each.message for each in project.do(STEPS[:1], **config)]) == '[""]'


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R")
@pytest.mark.parametrize("language", ["r"])
def test_functions_that_lack_are_to_be_written_in_a_sentence(project: Project) -> None:
    project.write(GOOD["r"].replace("evaluate <-", "judge <-"))
    (ended,) = project.do(STEPS)
    assert ended.message == "train.R has no function `evaluate`."
    assert ended.remedy == "Write it in train.R."


@pytest.mark.parametrize("language", ["python"])
def test_a_missing_package_is_named_as_it_is_installed(project: Project) -> None:
    project.write(GOOD["python"].replace("import random", "import skopt.space, random"))
    (ended,) = project.do(STEPS)
    assert not ended.ok
    assert ended.remedy is not None
    assert ended.remedy.endswith("-m pip install scikit-optimize")


@LANGUAGES
def test_our_own_client_is_installed_by_ao(project: Project) -> None:
    # a package registry has none of that name, or somebody else's
    hide = {
        "python": "import sys\nsys.modules['anops'] = None\nimport anops\n",
        "r": "load_data <- function(config) loadNamespace('anops', lib.loc = tempdir())\n",
    }
    code = GOOD[project.language]
    project.write(hide["python"] + code if project.language == "python" else code + hide["r"])
    (ended,) = project.do(STEPS)
    assert ended.remedy == f"Install the client of AnOps: ao client {project.language} --install"


@pytest.mark.parametrize("language", ["python"])
def test_code_that_was_changed_within_a_second_is_run_as_it_is_now(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    for value in "29":
        project.write(GOOD["python"] + "import helping\ndef build_pipeline(): return {'chance': helping.VALUE}\n")
        (project.folder / "helping.py").write_text(f"VALUE = {value}\n", encoding="utf-8")
        os.utime(project.folder / "helping.py", (1e9, 1e9))
        assert all(each.ok for each in project.do(STEPS))
        assert model_of(project)["chance"] == int(value)
    first = GOOD["python"].replace("test[0]", "test[0] + 2")
    for code in (first, first.replace("+ 2", "+ 9")):
        project.write(code)
        os.utime(project.folder / "train.py", (1e9, 1e9))
        project.heard.told.clear()
        project.do(STEPS[:5])
        metrics = {line.name: line.value for line in project.heard.told if line.kind is LineKind.METRIC}
    assert metrics["first"] == 9.0
