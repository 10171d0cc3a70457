"""Reference rows are added and replaced, in both languages."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from languages import first

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

ACCEPT = ("check", "--only", "predictions", "--accept-predictions")


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(language: str, python_project: Path, r_project: Path) -> Path:
    """A project without reference rows."""
    chosen = r_project if language == "r" else python_project
    (chosen / "tests" / "reference.json").unlink()
    return chosen


def header(project: Path) -> str:
    return "wt" if project.name == "cars" else "sepal length (cm),petal width (cm)"


def row(project: Path, value: float) -> str:
    return f"{value}" if project.name == "cars" else f"5.1,{value}"


def write(project: Path, *values: float, name: str = "rows.csv", before: str = "id,", after: str = ",mpg") -> Path:
    lines = [f"{before}{header(project)}{after}", *(f"x1,{row(project, value)},21" for value in values)]
    path = project / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def reference(project: Path) -> dict[str, list[float]]:
    read = json.loads((project / "tests" / "reference.json").read_text())
    assert len(read["predictions"]["columns"]["prediction"]) == len(next(iter(read["rows"]["columns"].values())))
    columns: dict[str, list[float]] = read["rows"]["columns"]
    return columns


@first("r")
def test_rows_of_a_file_become_the_reference_rows_without_columns_that_the_model_does_not_use(
    ao: Ao, project: Path
) -> None:
    write(project, 2.0, 3.5)
    done = ao(*ACCEPT, "--data", "rows.csv", folder=project)
    assert done.exit_code == 0, done.output
    assert "✔ Wrote tests/reference.json: the predictions of 2 rows. Its rows are from rows.csv." in done.stderr
    assert list(reference(project)) == header(project).split(",")
    write(project, 2.5)
    assert ao(*ACCEPT, "--data", "rows.csv", folder=project).exit_code == 0
    assert list(reference(project).values())[-1] == [2.5]
    assert ao("check", "--only", "predictions", folder=project).exit_code == 0


def test_of_many_rows_those_that_show_most_are_taken(ao: Ao, project: Path) -> None:
    write(project, *(1.6 + number / 100 for number in range(300)))
    assert ao(*ACCEPT, "--data", "rows.csv", folder=project).exit_code == 0
    (*_, values) = reference(project).values()
    assert len(values) == 10
    assert {1.6, 4.59} <= set(values)


def test_a_file_that_lacks_a_column_is_refused_and_nothing_is_written(ao: Ao, project: Path) -> None:
    (project / "rows.csv").write_text("id,mpg\n1,21\n", encoding="utf-8")
    done = ao(*ACCEPT, "--data", "rows.csv", folder=project)
    assert done.exit_code == 1
    assert done.stderr.startswith("✖ Can't take reference rows from `rows.csv`.")
    assert not (project / "tests" / "reference.json").exists()


def test_rows_alone_are_told_the_whole_line(ao: Ao, project: Path) -> None:
    write(project, 2.0)
    done = ao("check", "--data", "rows.csv", folder=project)
    assert done.exit_code == 2
    remedy = next(line for line in done.stderr.splitlines() if line.startswith("→ Run: ao "))
    assert ao(*remedy.removeprefix("→ Run: ao ").split(), "--only", "predictions").exit_code == 0


@first("python")
def test_the_example_of_the_project_gives_rows(ao: Ao, project: Path) -> None:
    if project.name == "cars":
        subprocess.run(["Rscript", "-e", 'd <- mtcars; m <- lm(mpg ~ wt, d); m$model <- NULL; saveRDS(m, "model.rds")'],
                       cwd=project, check=True)  # fmt: skip
    write(project, 2.0, name="tests/example.csv")
    done = ao(*ACCEPT, folder=project)
    assert done.exit_code == 0, done.output
    assert "Its rows are new, from" in done.stderr


@first("r")
def test_options_that_are_no_longer_offered_are_not_asked_with(ao: Ao, project: Path) -> None:
    write(project, 2.0, 3.5)
    assert ao(*ACCEPT, "--data", "rows.csv", folder=project).exit_code == 0
    path = project / "tests" / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"options": {"type": "response"}}), encoding="utf-8")
    for data in ([], ["--data", "rows.csv"]):
        done = ao(*ACCEPT, *data, folder=project)
        assert done.exit_code == 0, done.output
        assert json.loads(path.read_text())["options"] == {}
        path.write_text(json.dumps(json.loads(path.read_text()) | {"options": {"type": "link"}}), encoding="utf-8")


@first("python")
def test_a_reference_file_that_can_not_be_read_is_written_anew(ao: Ao, project: Path) -> None:
    path = project / "tests" / "reference.json"
    for broken in ("{", '{"predictions": {}}', '{"rows": {"columns": {"other": [1]}}}'):
        path.write_text(broken, encoding="utf-8")
        write(project, 2.0, name="tests/example.csv")
        assert "ao check" in ao("check", "--only", "predictions", folder=project).stdout
        assert ao(*ACCEPT, folder=project).exit_code == 0
        assert ao("check", "--only", "predictions", folder=project).exit_code == 0
