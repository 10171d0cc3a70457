from __future__ import annotations

from anops_control.suggestions import nearest


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("Prot", ["port", "workers"]) == "port"


def test_nothing_is_suggested_for_a_word_that_is_far_from_all() -> None:
    assert nearest("potato", ["port", "workers"]) is None
