from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.rules.requirements_file import pin_of, read_requirements

if TYPE_CHECKING:
    from pathlib import Path

HERE = {"python_version": "3.11", "python_full_version": "3.11.7", "sys_platform": "linux", "platform_system": "Linux"}


def declared(folder: Path, text: str, **others: str) -> dict[str, str]:
    for name, content in others.items():
        (folder / f"{name}.txt").write_text(content)
    (folder / "requirements.txt").write_text(text)
    found = read_requirements(folder / "requirements.txt", HERE)
    assert not found.unreadable
    return {key: str(requirement.specifier) for key, requirement in found.declared.items()}


def test_pins_comments_other_files_and_hashes_are_read(tmp_path: Path) -> None:
    text = (
        "# what it needs\nscikit-learn==1.4.2  # fitted with it\npandas[parquet] == 2.2.0 ; python_version > '3'\n"
        "-r more.txt\n--index-url https://archive.example.org\n\nnumpy==1.26.4 \\\n    --hash=sha256:00 \\\n"
        "    --hash=sha256:01\n"
    )
    assert declared(tmp_path, text, more="scipy>=1.11\n-r requirements.txt\n") == {
        "scikit-learn": "==1.4.2",
        "pandas": "==2.2.0",
        "scipy": ">=1.11",
        "numpy": "==1.26.4",
    }


def test_what_is_meant_for_another_system_or_python_is_left_out(tmp_path: Path) -> None:
    text = "pywin32==306; sys_platform == 'win32'\nuvloop; sys_platform != 'win32'\ntomli; python_version < '3.11'\n"
    assert declared(tmp_path, text) == {"uvloop": ""}


def test_of_two_lines_for_two_pythons_the_one_for_this_counts(tmp_path: Path) -> None:
    text = "numpy==1.26.4; python_version < '3.12'\nnumpy==2.1.0; python_version >= '3.12'\n"
    assert declared(tmp_path, text) == {"numpy": "==1.26.4"}


def test_a_constraint_fixes_what_is_asked_for_and_asks_for_nothing(tmp_path: Path) -> None:
    assert declared(tmp_path, "pandas\n-c limits.txt\n", limits="pandas==2.2.0\nscipy==1.14\n") == {"pandas": "==2.2.0"}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Scikit_Learn==1.6", "scikit-learn"),
        ("ours @ https://archive.example.org/ours-1.0.tar.gz", "ours"),
        ("git+https://archive.example.org/team/ours.git@v1#egg=ours", "ours"),
        ("-e git+https://archive.example.org/team/ours.git#egg=ours", "ours"),
        ("./wheels/ours-1.0-py3-none-any.whl", "ours"),
        ("https://archive.example.org/ours-1.0-py3-none-any.whl#sha256=00", "ours"),
        ("ours[a,b]>=1,<2 --config-setting x=1", "ours"),
    ],
)
def test_a_package_is_known_by_its_name_wherever_it_comes_from(tmp_path: Path, line: str, name: str) -> None:
    assert list(declared(tmp_path, line)) == [name]


@pytest.mark.parametrize("line", ["./mine", "-e .", "--no-binary :all:"])
def test_what_has_no_name_in_the_file_is_passed_over(tmp_path: Path, line: str) -> None:
    assert declared(tmp_path, line) == {}


def test_lines_that_pip_refuses_are_told_with_their_number(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pandas==2.2\n\nscikit-learn = 1.6\n")
    (unreadable,) = read_requirements(tmp_path / "requirements.txt", HERE).unreadable
    assert (unreadable.line, unreadable.text) == (3, "scikit-learn = 1.6")


def test_only_one_allowed_version_is_a_pin(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("a==1.0\nb==1.*\nc>=1\nd===1.0\ne~=1.0\n")
    found = read_requirements(tmp_path / "requirements.txt", HERE).declared
    assert {name: pin_of(requirement) for name, requirement in found.items()} == {
        "a": "1.0",
        "b": None,
        "c": None,
        "d": "1.0",
        "e": None,
    }
