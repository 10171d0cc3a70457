from __future__ import annotations

import pytest
from anops_model_interface.absent_columns import absent_faults


def told(absent: str, *extra: str, inputs: tuple[str, ...] = ()) -> str:
    (fault,) = absent_faults([absent], list(extra), [absent, *inputs])
    return fault.message


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Sepal.Length", "Sepal_Length"),
        ("Sepal.Length", "sepal length"),
        ("wt ", "wt"),
        ("größe", "GRÖSSE"),
        ("größe", "gro\u0308ße"),
        ("height", "hieght"),
        ("height", "heigt"),
        ("income_2019", "income2019"),
    ],
)
def test_a_name_that_differs_in_signs_or_by_a_slip_is_guessed(name: str, sent: str) -> None:
    assert told(name, sent, "other") == f"column `{name}` is missing; is `{sent}` meant to be it?"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("x1", "1"),
        ("x1", "x10"),
        ("x1", "x2"),
        ("income_2019", "income_2020"),
        ("temp_min", "temp_max"),
        ("height", "weight"),
        ("age", "wage"),
        ("female", "male"),
        ("hours", "ours"),
        ("sales", "sale"),
        ("lat", "lon"),
        ("var_11", "var_1"),
        ("ж", "щ"),
        ("%", "$"),
        ("", "x"),
    ],
)
def test_a_name_that_may_be_another_column_is_no_guess(name: str, sent: str) -> None:
    assert "meant" not in told(name, sent)


def test_a_name_is_guessed_for_one_column_only() -> None:
    faults = absent_faults(["a.b", "a_b"], ["A b"], ["a.b", "a_b"])
    assert not any("meant" in fault.message for fault in faults)


def test_of_several_names_alike_none_is_guessed() -> None:
    assert "meant" not in told("a.b", "a_b", "A b")


def test_numbered_columns_are_told_in_the_order_of_the_fitting() -> None:
    faults = list(absent_faults(["x1", "x2", "x3"], ["2", "0", "1"], ["x1", "x2", "x3"]))
    assert "called `x1`, `x2`, `x3`, in the order in which it was fitted" in faults[0].message
    assert "`ao refit --data FILE.csv`, in the model's project, gives them names" in faults[0].message


def test_the_columns_that_were_sent_are_told_where_they_are_few() -> None:
    assert told("x", "x_cm") == "column `x` is missing; the rows have `x_cm`, which the model does not"
    assert told("x", *"abcd") == "column `x` is missing"
