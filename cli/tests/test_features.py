"""`ao features` as a person types it: defined, joined as of a time, kept online, fresh by one rule."""

from __future__ import annotations

import csv
import json
from importlib.metadata import EntryPoints
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao, MakeProject

BALANCES = """\
account,at,balance,grade
7,2026-01-01T00:00:00Z,10.5,a
7,2026-01-03T00:00:00Z,20.5,b
8,2026-01-01T00:00:00Z,,c
"""
LOANS = """\
loan,account,at
1,7,2026-01-02T00:00:00Z
2,7,2026-01-04T00:00:00Z
3,7,2025-12-31T00:00:00Z
4,7,2026-01-09T00:00:00Z
5,9,2026-01-02T00:00:00Z
"""


@pytest.fixture
def project(make_project: MakeProject, ao: Ao, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project()
    monkeypatch.chdir(folder)
    (folder / "balances.csv").write_text(BALANCES, encoding="utf-8")
    (folder / "loans.csv").write_text(LOANS, encoding="utf-8")
    assert ao("data", "add", "balances.csv").exit_code == 0
    return folder


def define(ao: Ao, *words: str) -> str:
    words = ("define", "accounts", "--dataset", "balances", "--entity", "account", *words)
    return " ".join(ao("features", *words).output.split())


def test_features_go_as_their_messages_say(ao: Ao, project: Path) -> None:
    assert "see how: ao features define --help" in ao("features", "show").output
    assert "--entity" in ao("features", "define", "--help").output
    said = define(ao, "--time", "at", "--ttl", "2 d")
    assert "[features.accounts] is in ao.toml: balance, grade." in said
    assert 'ttl = "2 d"' in (project / "ao.toml").read_text(encoding="utf-8")
    missing = ao("features", "get", "accounts", "--key", "account=7")
    assert "ao features materialize accounts" in missing.output
    assert "accounts: 2 entities, 2 of them written." in ao("features", "materialize", "accounts").output
    told = json.loads(ao("features", "get", "accounts.balance", "--key", "account=7", "--json").stdout)
    assert told["views"]["accounts"] == {  # two days after 2026-01-03 it counts no more, online as in history
        "state": "stale", "time": "2026-01-03T00:00:00+00:00", "values": {"balance": None},
    }  # fmt: skip
    shown = ao("features", "show").stdout
    assert "accounts.balance  double" in shown
    assert "2 in the online store, the newest of 2026-01-03T00:00:00+00:00" in shown


def test_rows_get_the_values_of_their_time(ao: Ao, project: Path) -> None:
    define(ao, "--time", "at", "--ttl", "2 d")
    joined = ao("features", "get", "accounts.balance", "--rows", "loans.csv", "--to", "training.csv")
    assert "2 of them have values of `accounts` that count at their time." in joined.output
    with (project / "training.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["loan"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["accounts.balance"] for row in rows] == ["10.5", "20.5", "", "", ""]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--time", "att"], "There is no column `att` in dataset `balances`."),
        (["--time", "grade"], "Column `grade` in dataset `balances` must hold times or dates"),
        (["--time", "at", "--ttl", "2 years"], "must be a time such as `30 min`"),
        (["--time", "at", "--zone", "Europe/Brusels"], "must be the name of a time zone"),
    ],
)
def test_a_view_that_can_not_be_is_refused_and_not_written(ao: Ao, project: Path, words: list[str], said: str) -> None:
    assert said in define(ao, *words)
    assert "features" not in (project / "ao.toml").read_text(encoding="utf-8")


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints())
    lacking = ao("features", "show", folder=project)
    assert (lacking.exit_code, "Run: ao extra add features" in lacking.output) == (3, True)
