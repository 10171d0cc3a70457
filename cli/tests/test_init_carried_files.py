from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from anops_control.building.context import let_in
from anops_control.configuration import load
from anops_control.init.carried_files import image_pattern, needed_beside
from anops_control.opened_files import OpenedFiles

if TYPE_CHECKING:
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao"]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(autouse=True)
def _compiled_beside_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile as a person's Python does, whatever other tests set."""
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)


def opened_by(folder: Path, code: str) -> list[str]:
    with OpenedFiles(folder) as opened:
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    assert opened.complete
    return sorted({*opened.names(), *opened.others()})


def test_what_a_process_opens_is_seen_in_folders_below_too(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "data/b.csv", "data/c.csv", ".hidden"], "1"))
    assert opened_by(tmp_path, "open('a.txt'); open('data/b.csv').read(); open('.hidden')") == ["a.txt", "data/b.csv"]


def test_a_module_that_was_compiled_before_is_seen_as_its_source(tmp_path: Path) -> None:
    write(tmp_path, {"mine.py": "import pkg.inner\n", "pkg/__init__.py": "", "pkg/inner.py": "x = 1\n"})
    subprocess.run([sys.executable, "-c", "import mine"], cwd=tmp_path, check=True)
    assert {"mine.py", "pkg/inner.py"} <= set(opened_by(tmp_path, "import mine"))


def test_installed_packages_in_the_folder_are_none_of_the_models(tmp_path: Path) -> None:
    write(tmp_path, {"env/pyvenv.cfg": "", "env/lib/x.py": "", "node_modules/y.js": "", ".venv/z.py": ""})
    assert opened_by(tmp_path, "open('env/lib/x.py'); open('node_modules/y.js'); open('.venv/z.py')") == []


def test_code_that_was_not_reached_is_taken_along_too(tmp_path: Path) -> None:
    write(tmp_path, {
        "model.py": "def predict_model(m, d):\n    from late import f\n    import pkg.deep\n    return f(d)\n",
        "late.py": "import helpers, numpy\n",
        "helpers.py": "",
        "pkg/__init__.py": "from .base import *\n",
        "pkg/base.py": "",
        "pkg/deep.py": "from . import base\n",
        "other.py": "",
    })  # fmt: skip
    beside = needed_beside(tmp_path, [], given=[tmp_path / "model.py"], code=tmp_path / "model.py")
    assert beside.files == ("helpers.py", "late.py", "pkg/__init__.py", "pkg/base.py", "pkg/deep.py")
    assert beside.listed == ["helpers.py", "late.py", "pkg"]


def test_scripts_that_are_sourced_are_taken_along(tmp_path: Path) -> None:
    write(tmp_path, {
        "model.R": 'predict_model <- function(m, d, ...) { source("R/helpers.R", local = TRUE); f(m, d) }\n',
        "R/helpers.R": "sys.source('R/more.R', environment())\n",
        "R/more.R": "f <- predict\n",
        "R/data.csv": "1",
    })  # fmt: skip
    beside = needed_beside(tmp_path, [], given=[tmp_path / "model.R"], code=tmp_path / "model.R")
    assert beside.listed == ["R/helpers.R", "R/more.R"]


def test_what_can_not_be_taken_along_is_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(tmp_path, {"far.rds": "1", "home/near.rds": "1", "home/here.rds": "1"})
    write(home, {"model.R": f'readRDS("../far.rds"); readRDS("near.rds"); readRDS("{home}/here.rds")\n'})
    beside = needed_beside(home, [], given=[home / "model.R"], code=home / "model.R")
    assert beside.files == ()
    absolute, outside, inside = beside.notes
    assert f"model.R names `{home}/here.rds`, by a path of this computer" in absolute
    assert "model.R names `../far.rds`, which lies outside" in outside
    assert "model.R names `near.rds`, which was not read" in inside


def test_rows_and_the_files_of_projects_are_not_taken_along(tmp_path: Path) -> None:
    write(tmp_path, {"rows.csv": "1", "DESCRIPTION": "1", "model.rds": "1", "list.rds": "1"})
    given = [tmp_path / "rows.csv", tmp_path / "model.rds", None]
    found = needed_beside(tmp_path, ["rows.csv", "DESCRIPTION", "model.rds", "list.rds"], given=given, code=None)
    assert found.files == ("list.rds",)


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_project_works_without_the_folder_that_its_model_came_from(language: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    rows = "wt\n" + "".join(f"{value / 4}\n" for value in range(8, 20))
    write(source, {"rows.csv": rows, "tables/rates.csv": "a\n2\n"})
    if language == "r":
        write(source, {
            "helpers.R": "double <- function(x) 2 * x\n",
            "model.R": 'source("helpers.R")\n'
            'load_model <- function(path) read.csv(file.path("tables", "rates.csv"))$a\n'
            "predict_model <- function(model, newdata, ...) double(model * newdata$wt)\n",
        })  # fmt: skip
        wanted = ["model.R", "helpers.R"]
    else:
        write(source, {
            "helpers.py": "def double(x):\n    return 2 * x\n",
            "model.py": "from pathlib import Path\nfrom helpers import double\n\n\ndef load_model(path):\n"
            "    return int(Path('tables', 'rates.csv').read_text().split()[1])\n\n\n"
            "def predict_model(model, data):\n    return double(model * data['wt'])\n",
        })  # fmt: skip
        wanted = ["model.py", "helpers.py"]
    command = [*AO, "init", "p", "--model", wanted[0], "--data", "rows.csv"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"Taken along, since the model needs it: `{wanted[1]}`, `tables`." in done.stderr
    project = (source / "p").rename(tmp_path / "elsewhere")
    assert load(project).project.model.files == (wanted[1], "tables")
    checked = subprocess.run(
        [*AO, "check", "--only", "predictions"], cwd=project, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_module_where_the_person_is_goes_along_with_a_model_in_a_folder_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool
) -> None:
    if elsewhere:  # then Python looks at the source no more than for its date
        monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "compiled"))
    code = "from sklearn.linear_model import LinearRegression\n\n\nclass Mine(LinearRegression): ...\n"
    write(tmp_path, {"mine.py": code})
    (tmp_path / "models").mkdir()
    fit = "import joblib, pandas as pd; from mine import Mine; d = pd.DataFrame({'wt': [1., 2., 4.]})"
    subprocess.run(
        [sys.executable, "-c", f"{fit}; joblib.dump(Mine().fit(d, d.wt), 'models/m.joblib')"], cwd=tmp_path, check=True
    )
    done = subprocess.run(
        [*AO, "init", "q", "--model", "models/m.joblib"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert load(tmp_path / "q").project.model.files == ("mine.py",)


@pytest.mark.parametrize("model", ["m.rds", "m.joblib"])
def test_nothing_that_the_model_does_not_read_is_taken_along(model: str, tmp_path: Path) -> None:
    write(tmp_path, {"d.csv": "wt,hp\n1,3\n2,4\n4,1\n", "other.csv": "1", ".env": "KEY=1", "notes/a.txt": "1"})
    fit = (
        "import joblib, pandas as pd; from sklearn.linear_model import LinearRegression as L; d = pd.read_csv('d.csv')"
    )
    subprocess.run(
        [sys.executable, "-c", f"{fit}; joblib.dump(L().fit(d, d.wt), 'm.joblib')"], cwd=tmp_path, check=True
    )
    subprocess.run(["Rscript", "-e", 'saveRDS(lm(mpg ~ wt + hp, mtcars), "m.rds")'], cwd=tmp_path, check=True)
    others = ["m.rds", "m.joblib", "d.csv", "other.csv", ".env", "notes/a.txt"]
    reads = (
        f"import time\nwhile True:\n [open(name).close() for name in {others!r}]\n"
        " with open('busy.log', 'a') as log: log.write('x')\n time.sleep(0.2)"
    )
    with subprocess.Popen([sys.executable, "-c", reads], cwd=tmp_path) as program:
        try:
            done = subprocess.run(
                [*AO, "init", "p", "--model", model, "--data", "d.csv"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            program.kill()
    assert done.returncode == 0, done.stderr
    assert "Taken along" not in done.stderr
    assert load(tmp_path / "p").project.model.files == ()
    assert "seems not by the model: `m." in done.stderr.replace("\n", " ")
    assert "busy.log" not in done.stderr  # it was written meanwhile
    assert not any((tmp_path / "p" / name).exists() for name in ("other.csv", ".env", "notes"))


def test_a_file_with_signs_in_its_name_is_listed_and_let_into_the_image(tmp_path: Path) -> None:
    name = 'a "b" [1] *.txt'
    write(tmp_path, {
        name: "2",
        "model.py": f"def load_model(path):\n    return int(open({name!r}).read())\n\n\n"
        "def predict_model(model, data):\n    return model * data['wt']\n",
        "d.csv": "wt\n1\n2\n",
    })  # fmt: skip
    done = subprocess.run(
        [*AO, "init", "p", "--model", "model.py", "--data", "d.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert load(tmp_path / "p").project.model.files == (name,)
    assert name in let_in(tmp_path / "p")
    assert image_pattern(name) == 'a "b" ?1? ?.txt'
