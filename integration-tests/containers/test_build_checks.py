"""What is wrong in the image is found there, and such an image is not pushed and takes no one's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docker
import pytest
from building import add, ao, nothing_left, write_line_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "ao-test-checks"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Iterator[Path]:
    with nothing_left(NAME):
        yield write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile", name=NAME)


def test_every_fault_is_found_with_its_place(project: Path) -> None:
    add(project, "", "", "def unused():", "    import os", "    return 1", file="model.py")
    add(project, "", "", "def test_wrong():", "    assert 1 + 1 == 3", file="tests/test_model.py")
    add(project, "[check]", "coverage = 90", "[image]", f'repository = "127.0.0.1:1/{NAME}"')
    reference = project / "tests/reference.json"
    reference.write_text(reference.read_text().replace("[5, 7]", "[5, 8]"))
    ended = ao("build", "--push", "--json", folder=project)
    assert ended.code == 18, ended.stderr
    checks = ended.told["checks"]
    assert checks["outcomes"] == {
        "lint": "warned",
        "tests": "failed",
        "coverage": "failed",
        "predictions": "failed",
    }
    told = {(one["rule"], one["file"], one["line"]): one["message"] for one in checks["findings"]}
    assert told["lint", "model.py", 14] == "`os` imported but unused. [F401]"
    assert told["tests", "tests/test_model.py", 17].startswith("`test_wrong` failed: ")
    assert told["coverage", "model.py", 14] == "Not run: lines 14 to 15."
    assert told["predictions", "tests/reference.json", None] == (
        "Row 2 of column `prediction` must be 8, not 7 (a relative difference of 0.12)."
    )
    assert "✖ The image does not pass its checks." in ended.message
    assert ended.told["pushed"] == []
    again = ao("check", "--place", "docker", "--json", folder=project)
    assert again.code == 1, again.stderr
    assert again.told["findings"] == checks["findings"]
    assert again.told["summary"]["rules"] == checks["outcomes"]


def test_a_good_image_keeps_its_name_when_the_next_one_is_bad(project: Path) -> None:
    good = ao("build", "--no-test", "--json", folder=project)
    assert good.told["names"] == [f"{NAME}:1.2.0"]
    add(project, "", "", "def test_wrong():", "    assert False", file="tests/test_model.py")
    bad = ao("build", "--json", folder=project)
    assert bad.told["names"] == [f"{NAME}:untested"]
    client = docker.from_env()
    assert client.images.get(f"{NAME}:1.2.0").id == good.told["image"]
    assert client.images.get(f"{NAME}:untested").id == bad.told["image"]
    client.close()


def test_checks_end_within_limits_of_time_and_memory(project: Path) -> None:
    for slip, option, limit in (
        ("    while True: pass", "--max-seconds=10", "10 seconds"),
        ("    assert len(bytearray(4 << 30)) > 1", "--max-memory-gb=0.5", "0.5 GB of memory"),
    ):
        add(project, "", "", "def test_never_ends():", slip, file="tests/test_model.py")
        ended = ao("build", option, "--json", folder=project)
        assert ended.code == 18, ended.stderr
        checks = ended.told["checks"]
        assert checks["outcomes"]["tests"] == "failed"
        assert checks["outcomes"]["coverage"] == checks["outcomes"]["predictions"] == "not run"
        (found,) = (one for one in checks["findings"] if one["rule"] == "tests")
        assert found["message"] == f"The test run was ended: it took more than {limit}, its limit."
        assert found["remedy"] == "Allow more with --max-seconds N or --max-memory-gb N."


def test_tests_that_the_image_leaves_out_are_run_all_the_same(project: Path) -> None:
    (project / ".dockerignore").write_text("tests\n")
    ended = ao("build", "--json", folder=project)
    assert ended.code == 0, ended.stderr
    assert ended.told["checks"]["outcomes"]["predictions"] == "passed"


def test_a_file_that_the_image_lacks_fails_there_though_it_is_here(project: Path) -> None:
    (project / "factor.json").write_text("1")
    add(project, "", "open('factor.json').close()", file="model.py")
    (project / ".dockerignore").write_text("factor.json\n")
    ended = ao("build", "--json", folder=project)
    assert ended.code == 18, ended.stderr
    assert ended.told["checks"]["outcomes"]["tests"] == "failed"
    assert ended.told["checks"]["outcomes"]["predictions"] == "failed"


def test_a_linked_model_is_in_the_image(project: Path, tmp_path: Path) -> None:
    (project / "model.json").rename(tmp_path / "fitted.json")
    (project / "model.json").symlink_to(tmp_path / "fitted.json")
    ended = ao("build", folder=project)
    assert ended.code == 0, ended.stderr


def test_people_read_image_size_names_and_how_to_run_it(project: Path) -> None:
    ended = ao("build", "--no-test", folder=project)
    titles = [line[:7].strip() for line in ended.stdout.splitlines()]
    assert titles == ["Model", "Image", "Size", "Name", "SBOM", "Run it"]
    assert ended.stdout.splitlines()[-1].endswith(f"{NAME}:1.2.0")
    assert "▲ The image was not tested." in ended.stderr


def test_the_faults_of_an_r_project_are_found(tmp_path: Path) -> None:
    with nothing_left(NAME):
        assert ao("init", NAME, "--lang", "r", folder=tmp_path).code == 0
        project = tmp_path / NAME
        assert ao("run", "train", folder=project).code == 0
        add(project, "unused <- function(x) {", "  y = x", "  x", "}", file="model.R")
        add(project, 'test_that("wrong", {', "  expect_equal(1, 2)", "})", file="tests/testthat/test-model.R")
        ended = ao("build", "--json", folder=project)
    assert ended.code == 18, ended.stderr
    checks = ended.told["checks"]
    outcomes = {"lint": "warned", "tests": "failed", "coverage": "failed", "predictions": "passed"}
    assert checks["outcomes"] == outcomes
    told = " ".join(one["message"] for one in checks["findings"])
    assert "[assignment_linter]" in told
    assert "`wrong` failed: 1 (`actual`) not equal to 2 (`expected`)." in told
    assert "The tests run 50 % of the code, and must run 80 %." in told
