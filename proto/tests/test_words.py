from __future__ import annotations

from anops_model_interface.words import listing, quoted


def test_a_list_ends_in_time_and_says_how_many_more_there_are() -> None:
    assert listing(["a", "b"], most=2) == "a, b"
    assert listing(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert quoted(["wt", "hp", "cyl"], most=2, what="columns") == "`wt`, `hp` and 1 more columns"


def test_all_are_listed_where_nobody_says_how_many() -> None:
    assert quoted(f"c{i}" for i in range(12)).count("`") == 24
    assert listing([]) == ""
