from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.init.naming import check_name, default_name, slug
from anops_model_interface.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mtcars-mpg", "mtcars-mpg"),
        ("My Analysis (final)", "my-analysis-final"),
        ("Größe_2", "grosse-2"),
        ("модель", "model"),
        ("!!!", ""),
        ("x" * 150, "x" * 100),
    ],
)
def test_a_name_is_made_of_any_text(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_project_in_its_own_folder_is_named_after_the_folder(tmp_path: Path) -> None:
    assert default_name(tmp_path / "Fuel Economy", tmp_path / "fit-7.rds", here=False) == "fuel-economy"


def test_a_project_in_the_current_folder_is_named_after_the_model(tmp_path: Path) -> None:
    assert default_name(tmp_path / "analysis", tmp_path / "fuel_lm.rds", here=True) == "fuel-lm"


def test_a_model_file_whose_name_says_nothing_gives_no_name(tmp_path: Path) -> None:
    assert default_name(tmp_path / "analysis", tmp_path / "model.rds", here=True) == "analysis"


def test_where_nothing_gives_a_name_it_is_model(tmp_path: Path) -> None:
    assert default_name(tmp_path / "!!!", None, here=True) == "model"


@pytest.mark.parametrize("name", ["a", "mtcars-mpg", "v1.2_b", "7days"])
def test_good_names_pass(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "proposal"),
    [("My Model", "my-model"), ("-x", "x"), ("a--b", "a-b"), ("Ünï", "uni"), ("x" * 101, "x" * 100)],
)
def test_another_name_is_refused_with_one_that_can_be(name: str, proposal: str) -> None:
    with pytest.raises(CommandError) as caught:
        check_name(name)
    assert caught.value.remedy == f"Try --name {proposal}"
    assert caught.value.exit_code is ExitCode.USAGE
