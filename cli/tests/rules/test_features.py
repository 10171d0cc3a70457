"""`ao check` finds rows that know the future, and features that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

VIEW = '\n[features.accounts]\ndataset = "balances"\nentity = "account"\ntime = "at"\ncolumns = ["balance"]\n'


@pytest.fixture
def project(python_project: Path) -> Path:
    with (python_project / "ao.toml").open("a", encoding="utf-8") as file:
        file.write(VIEW)
    return python_project


def checked(ao: Ao, project: Path) -> str:
    return " ".join(ao("check", "--only", "features", folder=project).output.split())


def test_a_row_that_knows_the_future_is_named(ao: Ao, project: Path) -> None:
    (project / "data").mkdir()
    rows = [
        "account,at,accounts.balance,accounts.time",
        "7,2026-01-02T00:00:00Z,10.5,2026-01-01 00:00:00.000000Z",
        "7,2026-01-02,10.5,2026-01-02T00:00:00Z",
        "7,2026-01-02T10:00:00+02:00,20.5,2026-01-02 08:00:01Z",
        "8,2026-01-02T00:00:00Z,,",
        "9,2026-01-02T00:00:00Z,3,2026-01-03T00:00:00Z",
    ]
    (project / "data/training.csv").write_text("\n".join(rows), encoding="utf-8")
    said = checked(ao, project)
    assert "Features of `accounts` in data/training.csv are newer than their rows: row 3 is of" in said
    assert "1 more rows have the same problem" in said
    (project / "data/training.csv").write_text("\n".join(rows[:3]), encoding="utf-8")
    assert "No row of the project has a feature that was not known at its time." in checked(ao, project)


@pytest.mark.parametrize(
    ("feature", "says"), [("account.balance", "Did you mean `accounts.balance`?"), ("accounts.balanc", "does not have")]
)
def test_a_column_is_a_feature_that_there_is(ao: Ao, project: Path, feature: str, says: str) -> None:
    toml = (project / "ao.toml").read_text(encoding="utf-8")
    short = '"petal width (cm)" = "number"'
    assert short in toml
    longer = f'"petal width (cm)" = {{ type = "number", feature = "{feature}" }}'
    (project / "ao.toml").write_text(toml.replace(short, longer), encoding="utf-8")
    assert says in checked(ao, project)
