"""What the engine and the package managers print, each case as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.building.diagnosis import explain
from anops_control.building.following import StepFailedError
from anops_control.building.found import Circumstances
from anops_model_interface.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

STEP = "Step 3/5: RUN something"
NON_ZERO = "The command '/bin/sh -c something' returned a non-zero code: 1"


@pytest.mark.parametrize(
    ("line", "message", "code"),
    [
        (
            "ERROR: No matching distribution found for no-such-thing==1",
            (
                "The Python package `no-such-thing==1` can't be installed: "
                "the package registry has no package of that name."
            ),
            ExitCode.DEPENDENCY,
        ),
        (
            (
                "ERROR: Could not find a version that satisfies the requirement numpy==99 (from versions: 1.0, 2.0)\n"
                "ERROR: No matching distribution found for numpy==99"
            ),
            (
                "The Python package `numpy==99` can't be installed: there is no such version for the image's Python; "
                "the newest is 2.0."
            ),
            ExitCode.DEPENDENCY,
        ),
        (
            (
                "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n"
                "ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)\n"
                "ERROR: No matching distribution found for numpy"
            ),
            "The Python package `numpy` can't be installed: the package registry can't be reached.",
            ExitCode.DEPENDENCY,
        ),
        (
            (
                "ERROR: Cannot install -r requirements.txt (line 1) and numpy==1.0 because these package versions have "
                "conflicting dependencies."
            ),
            "The packages in requirements.txt do not fit together: -r requirements.txt (line 1) and numpy==1.0.",
            ExitCode.DEPENDENCY,
        ),
        (
            "ERROR: Invalid requirement: 'numpy=1': Expected semicolon (from line 3 of requirements.txt)",
            (
                "requirements.txt has a line that pip can't read: 'numpy=1': Expected semicolon (from line 3 of "
                "requirements.txt)"
            ),
            ExitCode.DEPENDENCY,
        ),
        (
            "anops-worker 0.1.0 has requirement joblib>=1.4, but you have joblib 1.3.2.",
            (
                "The Python packages of the image do not fit together: anops-worker 0.1.0 has requirement "
                "joblib>=1.4, but you have joblib 1.3.2."
            ),
            ExitCode.DEPENDENCY,
        ),
        (
            "  ERROR: Failed building wheel for pystan",
            "The Python package `pystan` can't be installed: it would have to be compiled, and that failed.",
            ExitCode.DEPENDENCY,
        ),
        (
            "E: Unable to locate package libnone1",
            "Debian's archive has no package `libnone1`.",
            ExitCode.DEPENDENCY,
        ),
        (
            "E: Package 'libold' has no installation candidate",
            "Debian's archive has no package `libold`.",
            ExitCode.DEPENDENCY,
        ),
        (
            "E: Version '9.9' for 'libgomp1' was not found",
            "Debian's archive has no version 9.9 of the package `libgomp1`.",
            ExitCode.DEPENDENCY,
        ),
        (
            "E: Unable to locate package r-cran-catboost",
            "Debian's archive does not have the R package `CatBoost` (r-cran-catboost).",
            ExitCode.R_PACKAGE,
        ),
        (
            (
                "✖ Can't install R packages `one` and `two`: Debian's archive does not have them.\n"
                "→ Name a repository.\n[R_PACKAGE]"
            ),
            "Can't install R packages `one` and `two`: Debian's archive does not have them.",
            ExitCode.R_PACKAGE,
        ),
        (
            "W: Failed to fetch http://archive.example.org/… Temporary failure resolving 'archive.example.org'",
            "A step of the Dockerfile can't reach what it needs from the network.",
            ExitCode.DEPENDENCY,
        ),
        (
            "exec /bin/sh: exec format error",
            "The image can't be built for linux/arm64: its programs can't be run here.",
            ExitCode.USAGE,
        ),
        ("write /x: no space left on device", "The Docker engine has no disk space left.", ExitCode.DISK_FULL),
        ("boom", "The image can't be built: a step of the Dockerfile failed.", ExitCode.DOCKERFILE),
    ],
)
def test_a_step_that_failed_is_explained(tmp_path: Path, line: str, message: str, code: ExitCode) -> None:
    (tmp_path / "DESCRIPTION").write_text("Imports:\n    CatBoost (>= 1.0)\n")
    failure = StepFailedError(STEP, line.splitlines(), NON_ZERO)
    told = explain(failure, Circumstances(tmp_path, {"libgomp1": "debian_packages"}, "linux/arm64"))
    assert told.message == message
    assert told.exit_code is code


def test_the_step_its_last_lines_and_the_engines_word_are_told(tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(50)]
    told = explain(StepFailedError(STEP, lines, NON_ZERO), Circumstances(tmp_path))
    assert told.details == (STEP, *lines[-10:], f"The engine said: {NON_ZERO}")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("dockerfile parse error line 2: unknown instruction: RUNN", "Fix that line of the Dockerfile."),
        (
            "COPY failed: file not found in build context or excluded by .dockerignore: stat x: file does not exist",
            "Fix the path in the Dockerfile; it starts at the project's folder, less what .dockerignore leaves out.",
        ),
        (
            "the --mount option requires BuildKit",
            "Leave out what only BuildKit supports, such as `RUN --mount`.",
        ),
    ],
)
def test_a_dockerfile_that_cant_be_used_is_fixed(tmp_path: Path, said: str, remedy: str) -> None:
    told = explain(StepFailedError("", (), said), Circumstances(tmp_path))
    assert told.remedy == remedy
    assert told.exit_code is ExitCode.DOCKERFILE


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"libnone1": "debian_packages"}, "`[image] debian_packages` of ao.toml"),
        ({"libnone1": "r_build_packages"}, "`[image] r_build_packages` of ao.toml"),
        ({}, "the Dockerfile"),
    ],
)
def test_a_debian_package_is_fixed_where_it_is_named(tmp_path: Path, asked: dict[str, str], place: str) -> None:
    failure = StepFailedError(STEP, ["E: Unable to locate package libnone1"], NON_ZERO)
    assert explain(failure, Circumstances(tmp_path, asked)).remedy == f"Fix the name in {place}."


def test_what_the_installer_of_r_packages_says_is_passed_on_with_its_own_lines(tmp_path: Path) -> None:
    lines = [
        "Installing from https://cran.example.org: badpkg 0.1.0",
        "✖ Can't install R package `badpkg` 0.1.0 from https://cran.example.org: its compilation failed.",
        "• code.c:1: error: unknown type name",
        "• It says that it needs GNU Nothing",
        "→ Name the Debian package of its headers.",
        "[DEPENDENCY]",
    ]
    told = explain(StepFailedError(STEP, lines, NON_ZERO), Circumstances(tmp_path))
    assert told.message == lines[1].removeprefix("✖ ")
    assert told.details == (STEP, lines[2][2:], lines[3][2:], f"The engine said: {NON_ZERO}")
    assert told.remedy == lines[4].removeprefix("→ ")
    assert told.exit_code is ExitCode.DEPENDENCY
