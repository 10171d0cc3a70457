from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """[project]
name = "loans"
language = "r"

[model]
artifact = "model.rds"

[model.inputs]
amount = "number"
"home region" = "string"

[model.outputs]
prediction = "number"

[metrics.approved]
sum = "{sum}"
by = "{by}"
"""


def found(folder: Path, total: str, by: str = "home region") -> list[tuple[int | None, str, str | None]]:
    (folder / "ao.toml").write_text(PROJECT.format(sum=total, by=by), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(folder)
    return [(finding.line, finding.message, finding.remedy) for finding in caught.value.findings]


def test_a_column_of_a_metric_that_the_model_does_not_have_is_named_with_its_line(tmp_path: Path) -> None:
    [(line, message, remedy)] = found(tmp_path, "amonut * prediction")
    assert (line, message) == (16, "`metrics.approved.sum` names the column `amonut`, which the model does not have.")
    assert remedy == "Write `amount`, if that is meant."


def test_each_is_named_and_what_there_is(tmp_path: Path) -> None:
    first, second = found(tmp_path, "x * prediction", "kind")
    assert (first[0], second[0]) == (16, 17)
    assert "`kind`" in second[1]
    assert second[2] == "Take one of `amount`, `home region`, `prediction`."


def test_columns_that_are_there_pass(tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(
        PROJECT.format(sum="amount * (prediction > 0.5)", by="home region"), encoding="utf-8"
    )
    assert load(tmp_path).findings == ()


def test_a_text_that_is_counted_with_is_told_with_its_line(tmp_path: Path) -> None:
    [(line, message, _)] = found(tmp_path, "amount * (`home region` == 5)")
    assert line == 16
    assert "`metrics.approved.sum` compares the text `home region` with the number `5`" in message
