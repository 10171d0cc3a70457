from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules.structure import RULE

if TYPE_CHECKING:
    from pathlib import Path


def messages(project: Path) -> list[str]:
    return [finding.message for finding in RULE.inspect(load(project))]


def replace_model(project: Path, content: bytes) -> None:
    (project / "model.json").write_bytes(content)


def test_a_model_that_is_not_there_is_named(python_project: Path) -> None:
    (python_project / "model.json").unlink()
    assert messages(python_project) == ["The model `model.json` is not there."]


def test_a_broken_link_is_named_with_its_target(python_project: Path) -> None:
    (python_project / "model.json").unlink()
    (python_project / "model.json").symlink_to("/nowhere/model.json")
    assert messages(python_project) == [
        "The model `model.json` is a link to `/nowhere/model.json`, which is not there."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The model `model.json` is empty."),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
            "The model `model.json` is only a pointer of Git LFS, not the model itself.",
        ),
    ],
)
def test_a_file_that_is_no_model_is_named(python_project: Path, content: bytes, message: str) -> None:
    replace_model(python_project, content)
    assert messages(python_project) == [message]


def test_code_that_is_not_there_is_named(python_project: Path) -> None:
    (python_project / "model.py").unlink()
    assert messages(python_project) == ["The code file `model.py` is not there."]


def test_a_project_without_tests_is_warned(python_project: Path) -> None:
    for file in (python_project / "tests").iterdir():
        file.unlink()
    (finding,) = RULE.inspect(load(python_project))
    assert (finding.severity, finding.message) == (Severity.WARNING, "The project has no tests.")
