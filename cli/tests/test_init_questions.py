"""The questions of `ao init`, asked in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import pexpect
import pytest
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask = Callable[..., pexpect.spawn[str]]

SECONDS = 120


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    running = []

    def start(*arguments: str) -> pexpect.spawn[str]:
        environ: Any = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
        command = ["-m", "ao", "init", *arguments]
        child = pexpect.spawn(
            sys.executable,
            command,
            cwd=str(tmp_path),
            env=environ,
            encoding="utf-8",
            timeout=SECONDS,
            dimensions=(50, 200),
        )
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


@pytest.fixture
def fitted(tmp_path: Path) -> Path:
    subprocess.run(["Rscript", "-e", 'saveRDS(lm(dist ~ speed, cars), "stopping.rds")'], cwd=tmp_path, check=True)
    return tmp_path / "stopping.rds"


def _ends_with(child: pexpect.spawn[str], code: int) -> str:
    rest = child.read()
    child.close()
    assert child.exitstatus == code, rest
    return " ".join(rest.split())


def test_the_model_in_the_folder_is_offered_and_used_in_place(ask: Ask, fitted: Path) -> None:
    child = ask()
    child.expect("1  stopping.rds")
    child.expect("Number.*: ")
    child.sendline("")
    child.expect(r"Name of the project \(stopping\): ")
    child.sendline("")
    child.expect(r"Its folder .*\(\.\): ")
    child.sendline("")
    said = _ends_with(child, 0)
    assert "ao check" in said
    assert "cd " not in said
    assert tomllib.loads((fitted.parent / "ao.toml").read_text())["model"]["artifact"] == "stopping.rds"


def test_a_wrong_answer_is_asked_again(ask: Ask, fitted: Path) -> None:
    child = ask()
    child.expect("Number.*: ")
    child.sendline("9")
    child.expect("Number.*: ")
    child.sendline("2")
    child.expect("Path of the file: ")
    child.sendline("gone.rds")
    child.expect("There is no file `gone.rds`")
    child.expect("Path of the file: ")
    child.sendline("stopping.rds")
    child.expect("Name of the project.*: ")
    child.sendline("Stopping Distance")
    child.expect("Try --name stopping-distance|Try stopping-distance")
    child.expect("Name of the project.*: ")
    child.sendline("stopping-distance")
    child.expect("Its folder.*: ")
    child.sendline("made here")
    said = _ends_with(child, 0)
    assert "cd 'made here'" in said
    assert (fitted.parent / "made here" / "stopping.rds").exists()


def test_without_a_model_an_example_is_made_in_the_named_folder(ask: Ask, tmp_path: Path) -> None:
    child = ask("first")
    child.expect("2  none yet")
    child.expect("Number.*: ")
    child.sendline("")
    child.expect("Language.*: ")
    child.sendline("r")
    child.expect(r"Name of the project \(first\): ")
    child.sendline("")
    _ends_with(child, 0)
    assert (tmp_path / "first" / "train.R").exists()


def test_rows_beside_a_model_that_needs_them_are_asked_for(ask: Ask, tmp_path: Path) -> None:
    joblib.dump(LinearRegression().fit([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]], [1.0, 2.0, 3.0]), tmp_path / "m.joblib")
    (tmp_path / "rows.csv").write_text("a,b,y\n1,2,3\n2,1,4\n", encoding="utf-8")
    child = ask()
    child.expect("1  m.joblib")
    child.expect("Number.*: ")
    child.sendline("")
    child.expect("Rows to learn the columns from")
    child.expect("1  rows.csv")
    child.expect("2  none")
    child.expect("Number.*: ")
    child.sendline("")
    child.expect("Which column does the model predict")
    child.expect("3  y")
    child.expect(r"Number \(3\): ")
    child.sendline("")
    child.expect("Name of the project.*: ")
    child.sendline("")
    child.expect("Its folder.*: ")
    child.sendline("p")
    _ends_with(child, 0)
    assert list(tomllib.loads((tmp_path / "p" / "ao.toml").read_text())["model"]["inputs"]) == ["a", "b"]
    assert (tmp_path / "p" / "tests" / "reference.json").exists()


def test_no_rows_are_asked_for_where_the_model_has_its_own(ask: Ask, fitted: Path) -> None:
    (fitted.parent / "rows.csv").write_text("speed\n1\n", encoding="utf-8")
    child = ask()
    child.expect("Number.*: ")
    child.sendline("")
    child.expect(r"Name of the project \(stopping\): ")


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 130)])
def test_ctrl_c_and_ctrl_d_end_it_and_leave_nothing(ask: Ask, tmp_path: Path, key: str, code: int) -> None:
    child = ask()
    child.expect("Number.*: ")
    child.send(key)
    said = _ends_with(child, code)
    assert "Traceback" not in said
    assert not any(tmp_path.iterdir())


def test_a_folder_that_is_a_project_is_refused_before_any_question(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").touch()
    assert "is a project already" in _ends_with(ask(), 3)


def test_of_several_models_in_a_workspace_one_is_asked_for(ask: Ask, tmp_path: Path) -> None:
    fit = 'a <- lm(dist ~ speed, cars); b <- loess(dist ~ speed, cars); save(a, b, file = "all.RData")'
    subprocess.run(["Rscript", "-e", fit], cwd=tmp_path, check=True)
    child = ask("p", "--model", "all.RData")
    child.expect("The file holds several models. Which one?")
    child.expect("2  `b` \\(loess\\)")
    child.expect("Number")
    child.sendline("2")
    child.expect("`b` is the model")
    child.expect(pexpect.EOF)
    assert "workspace$b" in (tmp_path / "p" / "model.R").read_text()


def test_a_file_of_another_user_is_opened_only_when_the_person_says_so(tmp_path: Path, ask: Ask) -> None:
    model = Path("/etc/hostname")  # root's
    if os.geteuid() == 0:
        model = tmp_path / "stopping.rds"
        model.touch()
        os.chown(model, 12345, 12345)
    child = ask("made", "--model", str(model))
    child.expect("belongs to another user of this computer")
    child.expect(r"Load it\?")
    child.sendline("")
    _ends_with(child, 1)
    assert not (tmp_path / "made").exists()
