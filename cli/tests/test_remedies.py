"""Every remedy with a command works as it is printed, and none leads to another that fails."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
import tomllib
from pathlib import Path
from shutil import copytree, which
from typing import TYPE_CHECKING

import joblib
import pytest
from person import Person
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(language: str, request: pytest.FixtureRequest) -> Path:
    """A complete project; it has no `row_independent`."""
    found: Path = request.getfixturevalue(f"{language}_project")
    quick(found)
    return found


def quick(folder: Path) -> None:
    """Leave out of a whole `ao check` what no remedy is read from here: it takes most of the time."""
    left_out = ("lint", "tests", "determinism", "leftovers", "costs", "versions", "packages", "options", "fit")
    with (folder / "ao.toml").open("a") as file:
        file.write("\n[check.skip]\n" + "".join(f'{rule} = "not of use here"\n' for rule in left_out))


@pytest.fixture
def person(project: Path) -> Person:
    """Somebody in the project's folder."""
    return Person(project)


def rows_for(person: Person, *, header: bool = True) -> Path:
    """Write rows that the project's model takes, beside the project."""
    inputs = tomllib.loads((person.folder / "ao.toml").read_text())["model"]["inputs"]
    line = ",".join
    lines = [line(f'"{name}"' for name in inputs)] if header else []
    path = person.folder.parent / "rows.csv"
    path.write_text("\n".join([*lines, line("2.5" for _ in inputs), line("3" for _ in inputs)]) + "\n")
    return path


def write_into(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# Reference rows


def test_predictions_that_changed_are_accepted(person: Person) -> None:
    path = person.folder / "tests" / "reference.json"
    saved = json.loads(path.read_text())
    saved["predictions"]["columns"]["prediction"][0] += 1
    path.write_text(json.dumps(saved))
    person.runs("ao check --only predictions")
    person.follows("ao check", complaint="must be")
    assert not person.runs("ao check --only predictions").startswith("✖")


def test_predictions_by_chance_are_not_to_be_accepted_for_ever(person: Person, language: str) -> None:
    (person.folder / "model.py").write_text(
        "import numpy as np\n\n\ndef load_model(path):\n    return 1\n\n\ndef predict_model(model, data, **options):\n"
        "    return np.random.default_rng().normal(size=len(data))\n"
    )
    if language == "r":
        (person.folder / "model.R").write_text(
            "load_model <- function(path) readRDS(path)\n"
            "predict_model <- function(model, data, ...) as.numeric(Sys.time()) %% 10 * seq_len(nrow(data))\n"
        )
    person.runs("ao check --accept-predictions --only predictions")
    person.runs("ao check --only predictions --verbose")
    assert person.code == 0, person.said
    assert '"by_chance": true' in person.said
    assert "--accept-predictions" not in person.said


def test_a_project_without_rows_gets_some(person: Person) -> None:
    rows = rows_for(person)
    (person.folder / "tests" / "reference.json").unlink()
    if (person.folder / "model.R").is_file():  # an lm keeps its own rows
        (person.folder / "model.rds").unlink()
        subprocess.run(["Rscript", "-e", "saveRDS(list(a = 2), 'model.rds')"], cwd=person.folder, check=True)
        (person.folder / "model.R").write_text(
            "load_model <- function(path) readRDS(path)\n"
            "predict_model <- function(model, data, ...) model$a * data$wt\n"
        )
    person.runs("ao check --only predictions")
    person.follows("ao check", complaint="The project has no reference rows", FILE_csv=rows)
    assert person.code == 0, person.said


def test_a_project_with_an_example_needs_no_file(person: Person) -> None:
    rows = rows_for(person)
    (person.folder / "tests" / "reference.json").unlink()
    rows.rename(person.folder / "tests" / "example.csv")
    person.runs("ao check --only predictions")
    person.follows("ao check", complaint="The project has no reference rows")
    assert person.code == 0, person.said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", marks=pytest.mark.long),
        pytest.param('{"rows": 1}', marks=pytest.mark.long),
        '{"rows": {"columns": {"other": ["a"]}}}',
    ],
)
def test_a_broken_reference_file_is_written_anew(python_project: Path, text: str) -> None:
    person = Person(python_project)
    rows = rows_for(person)
    (person.folder / "tests" / "reference.json").write_text(text)
    complaint = person.runs("ao check --only predictions").splitlines()[1].strip()
    person.follows("ao check", complaint=complaint)
    if person.code:  # nothing has rows to write: the next remedy names them
        person.follows("ao check", complaint="There are no rows to keep predictions of", FILE_csv=rows)
    assert person.code == 0, person.said


def test_reference_rows_without_predictions_get_them(person: Person) -> None:
    path = person.folder / "tests" / "reference.json"
    saved = json.loads(path.read_text())
    del saved["predictions"]
    path.write_text(json.dumps(saved))
    person.runs("ao check --only predictions")
    person.follows("ao check", complaint="must have the expected `predictions`")
    assert person.code == 0, person.said


def test_rows_are_accepted_with_the_words_of_how_they_are_written(person: Person) -> None:
    rows = rows_for(person)
    rows.write_text(rows.read_text().replace(",", ";").replace("2.5", "2,5"))
    person.runs("ao check --data ../rows.csv --separator ';' --decimal , --only predictions")
    person.follows("ao check", complaint="--data names the rows")
    assert "2.5" in (person.folder / "tests" / "reference.json").read_text()


# From another folder


def test_a_project_is_fixed_from_another_folder(person: Person) -> None:
    reference = person.folder / "tests" / "reference.json"
    saved = json.loads(reference.read_text())
    saved["predictions"]["columns"]["prediction"][0] += 1
    reference.write_text(json.dumps(saved))
    outside = Person(person.folder.parent)
    outside.runs(f"ao check {person.folder.name} --only predictions")
    outside.follows("ao check", complaint="must be")
    assert "Wrote tests/reference.json" in outside.said
    outside.runs(f"ao check {person.folder.name} --only predictions")
    assert outside.code == 0, outside.said


def test_a_ready_project_is_served_from_another_folder(python_project: Path) -> None:
    outside = Person(python_project.parent)
    outside.runs(f"ao check {python_project.name} --only predictions")
    assert outside.reads("cd") == f"cd {python_project.name} && ao serve"


# What `--fix` fixes


def test_a_missing_row_independent_is_written(person: Person) -> None:
    person.runs("ao check --only independence")
    assert "does not say so" in person.said
    person.runs(person.reads("ao check --fix"))
    person.runs("ao check --only independence --verbose")
    assert "does not say so" not in person.said
    assert "row_independent = true" in (person.folder / "ao.toml").read_text()


def test_a_wrong_row_independent_is_fixed(person: Person, language: str) -> None:
    if language == "r":
        (person.folder / "model.R").write_text(
            "load_model <- function(path) readRDS(path)\n"
            "predict_model <- function(model, data, ...) data$wt - mean(data$wt)\n"
        )
    else:
        write_into(person.folder / "model.py", 'data["petal width (cm)"]', '(d := data["petal width (cm)"]) - d.mean()')
    write_into(person.folder / "ao.toml", "[model.inputs]", "row_independent = true\n\n[model.inputs]")
    person.runs("ao check --only independence")
    assert "but it does" in person.said
    person.runs(person.reads("ao check --fix"))
    person.runs("ao check --only independence")
    assert person.code == 0, person.said


def test_the_ranges_of_the_fit_are_written(r_project: Path) -> None:
    quick(r_project)
    person = Person(r_project)
    person.runs("ao check --only schema --verbose")
    assert "The model was fitted on the ranges" in person.said
    person.runs(person.reads("ao check --fix"))
    assert "The model was fitted on" not in person.runs("ao check --only schema --verbose")


def test_folded_notes_are_shown(person: Person) -> None:
    person.runs("ao check --only independence --only costs --only schema")
    if "worth knowing" in person.said:
        person.follows("ao check --verbose", complaint="worth knowing")


# Commands that do not know what to do


def test_init_says_what_it_needs(tmp_path: Path, language: str) -> None:
    person = Person(tmp_path)
    person.runs("ao init")
    if language == "r":
        person.runs(person.reads("ao init my-project"))
    else:
        joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
        person.follows("ao init --model", complaint="There is no model", FILE="fit.joblib")
    assert person.code == 0, person.said


def test_a_model_that_is_not_there_and_a_folder_that_is_no_project(tmp_path: Path) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    person.runs("ao init p --model model.joblib")
    person.follows("ao init --model", complaint="There is no file", FILE="fit.joblib")
    assert person.code == 0, person.said
    elsewhere = Person(tmp_path.parent)
    elsewhere.runs("ao check")
    assert elsewhere.reads("ao init --model") == "ao init --model FILE"


def test_a_script_is_no_model(tmp_path: Path) -> None:
    person = Person(tmp_path)
    (tmp_path / "train.py").write_text("model = 1\n")
    person.runs("ao init --model train.py")
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "model.joblib")
    person.follows("ao init --model", complaint="it defines neither")
    assert person.code == 0, person.said


def test_a_project_that_is_there_takes_the_new_model_in_or_stays_alone(tmp_path: Path) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 5.0]), tmp_path / "new.joblib")
    person.runs("ao init --model fit.joblib")
    taken = person.runs("ao init --model new.joblib")
    person.follows("ao init DIR", complaint="is a project already", DIR="second", FILE="new.joblib")
    assert person.code == 0, person.said
    person.said = taken
    person.follows("ao refit", complaint="is a project already", FILE="new.joblib")
    assert "→ Add --yes" in person.said  # nobody is there to ask
    person.runs("ao refit new.joblib --yes")
    assert person.code == 0, person.said


def test_columns_get_their_names_from_rows(tmp_path: Path) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0, 2.0], [2.0, 5.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    person.runs("ao init p --model fit.joblib")
    (tmp_path / "rows.csv").write_text("a;b\n1,5;2\n3;4,5\n")
    inside = Person(tmp_path / "p")
    inside.said = person.said
    inside.runs(inside.reads("ao refit --data").replace("FILE.csv", "../rows.csv --yes"))
    assert inside.code == 0, inside.said
    assert '"a"' in (tmp_path / "p" / "tests" / "reference.json").read_text()


def test_refit_says_which_file_it_needs(python_project: Path) -> None:
    person = Person(python_project)
    (python_project / "model.json").rename(python_project.parent / "new.json")
    person.runs("ao refit --yes")
    person.follows("ao refit", complaint="There is no `model.json`", FILE="../new.json --yes")
    assert person.code == 0, person.said
    outside = Person(python_project.parent)
    outside.runs(f"ao refit --project {python_project.name} other.json --yes")
    assert outside.reads("ao refit") == f"ao refit --project {python_project.name} FILE"


def test_what_a_limit_or_a_file_asks_for_is_a_flag_of_every_command_that_says_it(tmp_path: Path) -> None:
    person = Person(tmp_path)
    for command in ("ao init", "ao refit"):
        told = person.runs(f"{command} --help")
        for flag in (
            "--data",
            "--target",
            "--encoding",
            "--separator",
            "--decimal",
            "--max-seconds",
            "--max-memory-gb",
        ):
            assert flag in told, f"{command} {flag}"


def test_code_alone_is_refitted_after_its_change(python_project: Path) -> None:
    person = Person(python_project)
    write_into(person.folder / "ao.toml", 'artifact = "model.json"\n', "")
    (person.folder / "model.py").write_text(
        "def load_model(path):\n    return 2\n\n\n"
        'def predict_model(model, data, **options):\n    return data["petal width (cm)"]\n'
    )
    person.runs("ao refit --yes model.json")
    person.follows("ao refit", complaint="The project has code alone")
    assert "→ Add --yes" in person.said
    quick(person.folder)
    person.runs("ao refit --yes")
    assert person.code == 0, person.said
    person.runs(person.reads("ao check"))
    assert person.code == 0, person.said


def test_help_is_there_where_it_is_said_to_be(python_project: Path) -> None:
    person = Person(python_project)
    for wrong, right in {
        "ao check --only zzz": "ao check --list",
        "ao zzzzz": "ao --help",
        "ao serv": "ao serve",
        "ao serve --port": "ao serve --help",
        "ao run zzz": "ao run --help",
    }.items():
        person.runs(wrong)
        assert person.reads("ao") == right
        if right != "ao serve":
            person.runs(right)
            assert person.code == 0, person.said
    shown = re.search(r"\[tasks\.train\].*?(?=\n\s*\n)", person.said, re.DOTALL)
    assert shown, person.said
    table = "\n".join(line.strip(" │") for line in shown[0].splitlines())
    with (person.folder / "ao.toml").open("a") as file:
        file.write(f"\n{table}\n")
    person.runs("ao run")
    assert person.code == 0, person.said
    person.runs("ao run trian")
    assert person.reads("ao run") == "ao run train"
    person.runs("ao run zzzzz")
    person.follows("ao run", complaint="There is no task")


# A file of a new project


def test_a_missing_file_is_taken_of_a_new_project(person: Person) -> None:
    (person.folder / "Dockerfile").write_text("FROM scratch\n")
    person.runs("ao check --only image-files")
    person.follows("new=", complaint="The project has no .dockerignore")
    assert person.code == 0, person.said
    outside = Person(person.folder.parent)
    outside.runs(f"rm {person.folder.name}/Dockerfile; ao build {person.folder.name}")
    if "The project has no Dockerfile" in outside.said:  # before it comes to that an engine must answer
        outside.runs(outside.reads("new="))
        assert (person.folder / "Dockerfile").is_file(), outside.said


# Packages


@pytest.fixture
def apt_pretends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `apt-get` only say what it would do."""
    (tmp_path / "apt.conf").write_text('APT::Get::Simulate "true";\nAPT::Get::Assume-Yes "true";\n')
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))


@pytest.mark.usefixtures("apt_pretends")
@pytest.mark.parametrize(("package", "least"), [("tidygraph", ""), ("notinanyarchive", ""), ("MASS", " (>= 99.1)")])
def test_a_missing_r_package_has_a_source_that_has_it(r_project: Path, package: str, least: str) -> None:
    person = Person(r_project)
    (person.folder / "DESCRIPTION").write_text(f"Package: cars\nVersion: 0.1\nImports:\n    {package}{least}\n")
    person.runs("ao check --only packages")
    assert "→" in person.said, f"{package} must be a package that no other test needs"
    starts = ("sudo apt", "apt", "Rscript", "install.packages")
    command = next(found for start in starts if (found := person.prints(start)))
    if command.startswith("Rscript"):
        # it must not ask for a mirror: typed outside a terminal, R can't
        mirror, _, _ = shlex.split(command)[-1].partition("; install")
        known = f'{mirror}; stopifnot(grepl("^https://", getOption("repos")["CRAN"]))'
        assert subprocess.run(["Rscript", "-e", known], check=False).returncode == 0
        assert package in {"notinanyarchive", "MASS"} or not which("apt-get")
    elif command.startswith("install.packages"):  # to be typed in R, which knows a mirror there or asks for one
        assert command == f'install.packages("{package}")'
    else:
        person.runs(command)
        assert person.code == 0, person.said


def test_a_missing_module_is_installed_by_the_name_of_its_package(python_project: Path) -> None:
    person = Person(python_project)
    for module, distribution in {"cv2": "opencv-python", "bs4": "beautifulsoup4"}.items():
        write_into(person.folder / "model.py", "import json", f"import json\nimport {module}")
        person.runs("ao check --only predictions")
        assert re.search(rf"pip install (?:--python \S+ )?{distribution}\b", person.said), person.said
        write_into(person.folder / "model.py", f"import {module}\n", "")


def test_the_file_of_a_client_is_where_the_command_says(tmp_path: Path) -> None:
    (tmp_path / "my files").mkdir()
    person = Person(tmp_path)
    person.runs("ao client python --output 'my files'")
    person.runs(person.reads("python3 -m pip") + f" --target {tmp_path / 'site'} --no-deps --no-index")
    assert person.code == 0, person.said
    (tmp_path / "library").mkdir()
    person.environment["R_LIBS_USER"] = str(tmp_path / "library")
    person.runs("ao client r --output 'my files'")
    code = person.reads("install.packages")
    ended = subprocess.run(
        ["Rscript", "-e", f".libPaths({str(tmp_path / 'library')!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tmp_path / "library" / "anops").is_dir(), ended.stderr


# Serving


@pytest.fixture
def served() -> Iterator[Callable[..., tuple[subprocess.Popen[str], Path]]]:
    """Serve from a folder, as the printed command says, and wait until it is ready or has ended."""
    started: list[subprocess.Popen[str]] = []

    def serve(person: Person, command: str = "ao serve") -> tuple[subprocess.Popen[str], Path]:
        log = person.folder.parent / f"serve-{len(started)}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                ["/bin/bash", "-c", f"exec {command} --port 0"],
                cwd=person.folder,
                env=person.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
            )
        started.append(process)
        wait_for(lambda: "Predict from a file" in log.read_text() or process.poll() is not None)
        return process, log

    yield serve
    for process in started:
        process.terminate()
    for process in started:
        process.wait(timeout=90)


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


Served = "Callable[..., tuple[subprocess.Popen[str], Path]]"


def test_a_service_that_is_not_there_is_started(python_project: Path, served: Served) -> None:
    person = Person(python_project)
    rows = rows_for(person)
    write_into(person.folder / "ao.toml", "[model.inputs]", "[service]\nport = 1\n\n[model.inputs]")
    complaint = f"ao predict {rows}"
    person.runs(complaint)
    assert "Can't reach" in person.said
    _, log = served(person, person.reads("ao serve"))
    person.runs(complaint)
    assert person.code == 0, person.said
    line = next(line for line in log.read_text().splitlines() if "Predict from a file" in line)
    outside = Person(rows.parent)
    outside.runs(line.split(": ", 1)[1].strip().replace("FILE.csv", "rows.csv"))
    assert outside.code == 0, outside.said


def test_the_service_of_another_model_is_told_from_the_own(python_project: Path, served: Served) -> None:
    person, other = Person(python_project), Person(Path(copytree(python_project, python_project.parent / "other")))
    rows = rows_for(person)
    write_into(other.folder / "ao.toml", 'name = "petals"', 'name = "others"')
    _, log = served(other)
    url = re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())
    assert url is not None
    write_into(person.folder / "ao.toml", "[model.inputs]", f"[service]\nport = {url[1]}\n\n[model.inputs]")
    person.runs(f"ao predict {rows}")
    assert "another model than this project" in person.said
    refused = person.said
    flag = re.search(r"--url \S+", refused)
    assert flag is not None
    person.runs(f"ao predict {rows} {flag[0]}")
    assert person.code == 0, person.said
    person.said = refused
    served(person, person.reads("ao serve"))
    person.runs(f"ao predict {rows}")
    assert person.code == 0, person.said


def test_a_model_file_that_was_replaced_is_taken_in(tmp_path: Path) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    person.runs("ao init p --model fit.joblib")
    inside = Person(tmp_path / "p")
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 3.0]), tmp_path / "p" / "fit.joblib")
    inside.runs("ao check --only structure")
    assert "`fit.joblib` is not the file that was taken in, and is not loaded" in inside.said
    inside.runs("ao build --no-test")  # no service would load it from the image
    assert "`fit.joblib` is not the file that was taken in, and is not loaded" in inside.said
    inside.runs(f"{inside.reads('ao refit')} --yes")
    assert inside.code == 0, inside.said
    inside.runs("ao check --only structure")
    assert inside.code == 0, inside.said


def test_a_model_that_fails_on_its_rows_is_taken_in_before_it_is_served(tmp_path: Path, served: Served) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    person.runs("ao init p --model fit.joblib")
    inside = Person(tmp_path / "p")
    (tmp_path / "rows.csv").write_text("x1\n1\n2\n")
    joblib.dump(LinearRegression().fit([[1.0, 2.0], [2.0, 1.0]], [1.0, 2.0]), tmp_path / "p" / "fit.joblib")
    settings = tmp_path / "p" / "ao.toml"
    settings.write_text(re.sub(r"\nsha256 = .*", "", settings.read_text()))  # else the file is not even loaded
    process, log = served(inside)
    assert process.poll() is not None
    inside.said = log.read_text()
    assert "can't predict its reference rows" in inside.said
    inside.runs(inside.reads("ao refit"))
    assert "→ Add --yes" in inside.said
    inside.runs("ao refit --yes")
    assert inside.code == 0, inside.said
    process, log = served(inside)
    assert process.poll() is None, log.read_text()


def test_a_model_that_predicts_no_made_up_row_gets_real_ones(python_project: Path, served: Served) -> None:
    person = Person(python_project)
    rows = rows_for(person)
    (person.folder / "tests" / "reference.json").unlink()
    write_into(
        person.folder / "model.py",
        "    return model",
        '    if not data["petal width (cm)"].isin([2.5, 3]).all():\n        raise ValueError("of another range")\n'
        "    return model",
    )
    process, log = served(person)
    assert process.poll() is not None
    person.said = log.read_text()
    person.follows("ao check --data", complaint="predicts none of the rows made from ao.toml", FILE_csv=rows)
    process, log = served(person)
    assert process.poll() is None, log.read_text()


def test_the_next_steps_of_init_work(tmp_path: Path, served: Served) -> None:
    person = Person(tmp_path)
    joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "fit.joblib")
    person.runs("ao init 'my project' --model fit.joblib 2>/dev/null")
    steps = [line.strip() for line in person.said.splitlines()]
    assert [step.split("  ")[0] for step in steps[:4]] == [
        "cd 'my project'",
        "ao check",
        "ao serve",
        "ao predict tests/example.csv",
    ]
    inside = Person(tmp_path / "my project")
    inside.runs(steps[1])
    assert inside.code == 0, inside.said
    _, log = served(inside, steps[2].partition("#")[0])
    inside.runs(steps[3])
    assert inside.code == 0, inside.said
    port = re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())
    assert port is not None
    inside.runs(steps[4].replace(":8080", f":{port[1]}") + " --fail --silent")  # 8080 may be somebody else's here
    assert inside.code == 0, inside.said
