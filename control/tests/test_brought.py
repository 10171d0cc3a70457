"""What is made of a model of another tool."""

from __future__ import annotations

import pytest
from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import Brought, made_up_rows
from anops_control.init.intake import Intake


def test_a_model_whose_rows_can_not_be_made_up_names_its_columns() -> None:
    brought = Brought(Intake("python", None, None), named=("age", "region"))
    with pytest.raises(CommandError, match="its columns are `age`, `region`, and has no example rows") as caught:
        brought.need_rows("mlruns/1")
    assert "--data example.csv" in str(caught.value.remedy)


def test_rows_are_made_up_of_each_type_and_the_same_each_time() -> None:
    rows = made_up_rows(["number", "integer", "boolean", "datetime"])
    assert rows == made_up_rows(iter(["number", "integer", "boolean", "datetime"]))
    assert [type(value) for value in rows[0]] == [float, int, bool, str]
    assert len({row[0] for row in rows}) == len(rows)
