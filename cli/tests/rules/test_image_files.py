from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.init.carried_files import template_values
from anops_control.init.templates import example_values, render
from anops_control.rules.image_files import RULE

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language


def project(tmp_path: Path, language: Language = "r", *, files: tuple[str, ...] = ()) -> Path:
    values = {**example_values(language), "name": "cars", **template_values(files)}
    made = render(language, values, tmp_path)
    (made / values["_artifact"]).write_bytes(b"a fit")
    for name in files:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("a\n1\n")
    return made


def found(folder: Path) -> list[str]:
    return [finding.message for finding in RULE.inspect(load(folder))]


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_new_project_with_a_persons_files_beside_it_lets_in_what_it_needs(language: Language, tmp_path: Path) -> None:
    made = project(tmp_path, language, files=("tables/rates.csv", "data/levels.rds", "helpers.R"))
    private = (".env", ".Rhistory", "prod.env", "data/train.csv", "rows.parquet", "id.pem", "notes.ipynb", "b/.env")
    for name in (*private, "anops_0.1.0.tar.gz", "anops-0.1.0-py3-none-any.whl"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("private")
    assert found(made) == []


def test_what_is_let_in_by_mistake_is_named(tmp_path: Path) -> None:
    made = project(tmp_path)
    (made / "credentials.json").write_text("{}")
    (made / "train.npy").write_bytes(b"1")
    (made / "blob").write_bytes(bytes(2_000_000))
    (made / "tests" / "rows.csv").write_text("a\n1\n")
    private, data = found(made)
    assert private == "`credentials.json` would go into the image, and may be private: whoever gets the image gets it."
    assert data.startswith("`blob`, `train.npy` would go into the image, and may be data that the model does not need")


def test_an_emptied_ignore_file_lets_private_files_in(tmp_path: Path) -> None:
    made = project(tmp_path)
    (made / ".dockerignore").write_text("# nothing\n")
    (made / ".env").write_text("PASSWORD=1")
    named = "`.env`, `.gitignore`, `.pre-commit-config.yaml`"
    assert f"{named} would go into the image, and may be private" in found(made)[0]


def test_a_file_that_the_model_needs_and_a_pattern_keeps_out_is_told_with_the_line(tmp_path: Path) -> None:
    made = project(tmp_path, files=("tables/rates.csv",))
    text = (made / ".dockerignore").read_text().replace("!tables/rates.csv\n", "")
    (made / ".dockerignore").write_text(text)
    (finding,) = RULE.inspect(load(made))
    assert "`tables/rates.csv` can't get into the image" in finding.message
    assert finding.remedy == "Add to the end of .dockerignore: !tables/rates.csv"
    (made / ".dockerignore").write_text(text + "!tables/rates.csv\n")
    assert found(made) == []


def test_without_an_ignore_file_everything_goes_in(tmp_path: Path) -> None:
    made = project(tmp_path)
    (made / ".dockerignore").unlink()
    assert found(made) == ["The project has no .dockerignore, so everything in its folder goes into the image."]
    (made / "Dockerfile").unlink()
    assert found(made) == []
