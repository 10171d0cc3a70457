"""A version must keep what the one before is described as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from desks import Desk

COLUMNS = """\
owner = "ana"
keys = ["id"]

[columns.x]
type = "number"
unit = "EUR"
min = 0
max = 10
missing = "error"

[columns.g]
type = "category"
levels = ["b", "a"]
"""
GOOD = "id,x,g,t\n1,1.5,a,x\n2,2.5,b,y\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,g,t\n1,a,x\n", "Column `x` is missing."),
        ("id,x,g,t\n1,many,a,x\n", 'Column `x` must be a number, not "many" in row 1.'),
        ("id,x,g,t\n1,1,a,x\n2,11,b,x\n", "Column `x` must be at most 10, and goes up to 11."),
        ("id,x,g,t\n1,-1,a,x\n", "Column `x` must be at least 0, and goes down to -1."),
        ("id,x,g,t\n1,NA,a,x\n2,1,a,x\n", "Column `x` must have no missing values, and 50 % are."),
        ("id,x,g,t\n1,1,c,x\n", 'Column `g` has new levels: "c".'),
        ("id,x,g,t\n1.5,1,a,x\n", 'Column `id` must be an integer, not "1.5" in row 1.'),
        ("x,g,t\n1,a,x\n", "Column `id` is missing."),
    ],
)
def test_a_version_that_breaks_the_contract_is_refused_unless_accepted(desk: Desk, content: str, said: str) -> None:
    desk.add(desk.file("d.csv", GOOD), description=desk.file("d.toml", COLUMNS))
    with pytest.raises(CommandError, match="breaks the contract of `d`") as caught:
        desk.add(desk.file("d.csv", content))
    assert said in caught.value.details
    assert caught.value.code == "DATASET_CONTRACT"
    assert len(desk.show("d").versions) == 1
    accepted = desk.add(desk.folder / "d.csv", accept=True)
    assert said in accepted.broken
    assert len(desk.show("d").versions) == 2


def test_a_version_keeps_what_was_said_of_the_one_before(desk: Desk) -> None:
    desk.add(desk.file("d.csv", GOOD), description=desk.file("d.toml", COLUMNS))
    now = desk.add(desk.file("d.csv", "id,x,g,t,new\n3,3,b,007,1\n4,4,b,7,2\n"), source="there")
    described = now.stored.description
    assert described is not None
    assert (described.about.owner, described.about.source, described.about.keys) == ("ana", "there", ("id",))
    assert described.columns["x"].unit == "EUR"
    assert described.columns["x"].type == "number"
    assert described.columns["g"].levels == ("b", "a")
    assert now.new_columns == ["new"]


def test_a_later_version_must_be_what_is_said_of_it_first(desk: Desk) -> None:
    desk.add(desk.file("d.csv", "id,x\n1,1.5\n2,NA\n"))
    stricter = desk.file("d.toml", '[columns.x]\ntype = "number"\nmin = 0\nmissing = "error"\n')
    with pytest.raises(CommandError, match="breaks the contract of `d`") as caught:
        desk.add(desk.file("d.csv", "id,x\n1,-1.5\n2,NA\n3,2\n"), description=stricter)
    assert list(caught.value.details) == [
        "Column `x` must have no missing values, and 33.3 % are.",
        "Column `x` must be at least 0, and goes down to -1.5.",
    ]
    assert desk.add(desk.file("d.csv", "id,x\n1,1.5\n2,0\n3,2\n"), description=stricter).is_new


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"time": "day"}, "There is no column `day`, the time column."),
        ({"keys": ("idd",)}, "There is no column `idd`, the key."),
    ],
)
def test_a_first_version_must_be_what_is_said_of_it(desk: Desk, said: dict[str, Any], what: str) -> None:
    with pytest.raises(CommandError, match="is not what is said of `d`") as caught:
        desk.add(desk.file("d.csv", GOOD), **said)
    assert what in caught.value.details


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("ownr = 'ana'", "key `ownr`"),
        ("[columns.x]\ntype = 'numbr'", "columns.x.type"),
        ("[columns.inputs]\ntype = 'numbr'", r"`columns\.inputs\.type`"),
        ("owner = 3", "`owner`"),
        ("not toml", "not TOML"),
        ("[columns.x]\ntype = 'number'\nlevels = ['a']", "levels"),
    ],
)
def test_a_description_that_can_not_be_read_is_told(desk: Desk, content: str, what: str) -> None:
    with pytest.raises(CommandError, match=what):
        desk.add(desk.file("d.csv", GOOD), description=desk.file("d.toml", content))
