"""The commands and programs of the how-to guides work against a model that is served."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from free_ports import free_ports
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk

GET_DATA = 'dir.create("data", showWarnings = FALSE)\nwrite.csv(mtcars, "data/cars.csv", row.names = FALSE)\n'
FIT_AND_SAVE = """
import joblib, pandas as pd
from sklearn.linear_model import LinearRegression
rows = pd.DataFrame({"wt": [2.6, 3.4, 2.3], "hp": [110.0, 175.0, 93.0]})
joblib.dump(LinearRegression().fit(rows, [21.0, 18.7, 22.8]), "model.joblib")
rows.to_csv("rows.csv", index=False)
"""
AS_GOOD = '\\n[tracking]\\nbetter = "margin"\\nmargin = 0.1\\n'
PLOTS = 'pdf(NULL)\nplot(mpg ~ wt, data = read.csv("data/cars.csv"))\n'
PROJECT = '[project]\nname = "cars"\nlanguage = "r"\n\n[model]\nartifact = "model.rds"\n\n'

PAGES = [
    "predict-from-r.md",
    "predict-from-python.md",
    "ask-why.md",
    "predict-with-curl.md",
    "predict-with-csv.md",
    "predict-with-arrow.md",
    "large-files.md",
    "replace-mlflow-models-serve.md",
    "complete-ao-toml.md",
    "monitor.md",
    "ask-from-other-clients.md",
    "add-extras.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_works_as_it_is_printed(page: str, docs: Path, reader_with_a_served_model: Desk) -> None:
    steps = steps_of(docs / "how-to" / page)
    assert steps
    reader_with_a_served_model.follow(steps)


def test_a_project_is_made_in_a_folder_that_has_files(docs: Path, reader: Desk) -> None:
    reader.follow(steps_of(docs / "how-to" / "make-a-project.md"))
    reader.type("ao check")


@pytest.mark.parametrize("page", ["workers-and-memory.md", "closed-networks.md"])
def test_a_project_of_ones_own_does_as_the_guide_says(page: str, docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    reader.follow_in("mtcars-mpg", steps_of(docs / "how-to" / page))


def test_keys_do_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    reader.follow_in("mtcars-mpg", steps_of(docs / "how-to" / "access.md"))
    listed = reader.type("ao key list")
    assert "prometheus" in listed
    assert "dashboard" not in listed


@pytest.mark.long
def test_a_project_is_checked_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    reader.follow(steps_of(docs / "how-to" / "check-a-project.md"))


@pytest.mark.long
def test_versions_are_kept_and_rolled_back_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    *steps, promote, roll_back = steps_of(docs / "how-to" / "keep-versions.md")
    reader.follow_in("mtcars-mpg", steps)
    reader.type("Rscript -e 'write.csv(mtcars, \"holdout.csv\", row.names = FALSE)'")
    reader.type(f"printf '{AS_GOOD}' >> ao.toml")
    reader.type("sed -i 's/^version = .*/version = \"0.2.0\"/' ao.toml && ao model register")
    reader.follow([promote])
    assert "0.2.0" in reader.type("ao model show mtcars-mpg@champion")
    reader.follow([roll_back])
    assert "0.2.0" not in reader.type("ao model show mtcars-mpg@champion")


@pytest.mark.long
def test_nginx_stands_before_a_service_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("command -v nginx || apt-get install --yes --no-install-recommends nginx-light")
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    reader.follow_in("mtcars-mpg", steps_of(docs / "how-to" / "behind-a-proxy.md"))


def test_simulations_run_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.follow(steps_of(docs / "how-to" / "run-simulations.md"))
    assert "still_infected" in reader.type("head -n 1 outbreak.csv")


def test_a_workspace_is_brought_up_and_taken_down_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.follow(steps_of(docs / "how-to" / "workspaces.md"))
    assert "There is no workspace" in reader.type("ao workspace list 2>&1")


def test_features_are_right_at_their_time_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(PROJECT, encoding="utf-8")
    reader.follow(steps_of(docs / "how-to" / "features.md"))


def test_schedules_run_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    page = docs / "how-to" / "schedules.md"
    project = tmp_path / "cars"
    project.mkdir()
    described, *_ = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    (project / "ao.toml").write_text(PROJECT + described, encoding="utf-8")
    reader.type("cd cars")
    reader.follow(steps_of(page))
    assert "cars-nightly.timer" in reader.type("ls timers")


def test_a_simulation_is_calibrated_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.follow(steps_of(docs / "how-to" / "calibrate-a-simulation.md"))


def test_programs_use_the_control_service_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    reader.type(f"python -c '{FIT_AND_SAVE}'")
    [port] = free_ports(1)
    serve, ask = steps_of(docs / "how-to" / "control-service.md")
    reader.follow([replace(serve, text=f"{serve.text.strip()} --port {port}\n")])
    told = reader.type(ask.text.replace("8070", str(port)).replace("curl", "curl --fail-with-body --silent"))
    assert '"verb":"predict","state":"done"' in told, told
    assert (tmp_path / "cars.tar.gz").stat().st_size > 1000


def test_another_client_is_answered_as_it_is_printed(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.follow(steps_of(docs / "how-to" / "call-the-model-service.md"))


def test_the_tasks_of_the_guide_run_as_it_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    page = docs / "how-to" / "run-tasks.md"
    reader.type("ao init mtcars-mpg --lang r && cd mtcars-mpg")
    project = tmp_path / "mtcars-mpg"
    (project / "get-data.R").write_text(GET_DATA, encoding="utf-8")
    (project / "plots.R").write_text(PLOTS, encoding="utf-8")
    configuration = (project / "ao.toml").read_text(encoding="utf-8").split("# `ao run train`")[0]
    tasks, *_ = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    (project / "ao.toml").write_text(configuration + tasks, encoding="utf-8")
    reader.follow(steps_of(page))
    assert "up to date" in reader.type("ao run train")
