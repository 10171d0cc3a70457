"""Versions of the registry are used wherever a model is named, and datasets wherever rows are."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.writers.csv_writer import CsvWriter
from anops_control.conversing import Conversation
from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from anops_project.project import Project
from languages import first

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Asked

ARTIFACTS = {"r": "model.rds", "python": "model.joblib"}
OUTCOMES = {"r": "mpg", "python": "species"}


@first("r")
def test_a_version_predicts_with_no_service_and_by_its_run(language: str, project: Callable[[str], Asked]) -> None:
    asked, artifact = project(language), ARTIFACTS[language]
    with (asked.folder / "ao.toml").open("a") as toml:
        toml.write(f'\n[tasks.fit]\nrun = "cp {artifact} new; mv new {artifact}"\ntrack = true\n')
    asked("run", tasks=("fit",))
    (run,) = asked("runs list").runs
    version = asked("model register", alias="champion").version
    assert version.run == run.id
    rows = asked.folder / "tests/example.csv"
    assert asked("model show", address=f"runs:/{run.id}/model").project.project.name == asked.name
    address = f"models:/{asked.name}@champion"
    given = asked("predict", file=rows, model=address)
    predicted = csv_columns(given.to_dict()["content"])
    expected = csv_columns(in_conversation(asked.folder, rows))
    assert predicted == expected
    with pytest.raises(CommandError, match="Either a service"):
        asked("predict", file=rows, model=address, url="http://127.0.0.1:1")
    with pytest.raises(CommandError) as missing:
        asked("predict", file=rows, model=f"models:/{asked.name}@champoin")
    assert missing.value.remedy == f"Did you mean `{asked.name}@champion`?"


def in_conversation(folder: Path, rows: Path) -> str:
    """Return what the project's own model predicts, with neither a service nor a registry."""
    project = Project.read(folder)
    content = CsvBody(project.schema, project.project.name).read(rows.read_bytes(), {}).frame
    with Conversation(project) as model:
        return CsvWriter().rows(model.ask(content)).decode()


def csv_columns(text: str) -> dict[str, list[str]]:
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_versions_are_compared_on_a_dataset(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    written = list(csv.reader((asked.folder / "tests/example.csv").read_text().splitlines()))
    file = asked.folder / "holdout.csv"
    with file.open("w", newline="") as target:
        csv.writer(target).writerows([[*written[0], "outcome"], *([*row, "setosa"] for row in written[1:])])
    kept = asked("data add", file=file, name="held out").stored
    with (asked.folder / "ao.toml").open("a") as toml:
        toml.write('\n[tracking]\ndata = "held out"\nbetter = "margin"\nmargin = 0.5\nmetric = "accuracy"\n')
    asked("model register", alias="champion")
    asked.version("0.9.0")
    asked("model register")
    both = {"champion": f"{asked.name}/1", "challenger": f"{asked.name}/2"}
    of_file = asked("model compare", **both, data=file).to_dict()
    assert asked("model compare", **both).to_dict() == of_file
    promoted = asked("model promote", address=f"{asked.name}/2", checks=False)
    used = {"name": "held out", "version": kept.version}
    assert promoted.report["comparison"]["dataset"] == used
    told = asked("lineage", id="held out").to_dict()
    edge = {"from": f"data:held out/{kept.version}", "to": f"models:/{asked.name}/2", "relation": "compared on"}
    assert edge in told["edges"]
    with pytest.raises(CommandError, match="no dataset `held in`") as failed:
        asked("model compare", **both, data=Path("held in"))
    assert failed.value.code is Code.FILE_NOT_FOUND
