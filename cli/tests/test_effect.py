"""Where the model is asked along a column, and where that lies on a plot."""

from __future__ import annotations

from typing import Any

import pytest
from anops_control.looking.effect import Effect, Line, drawable, places_of
from ao.looking.plots import drawn_effect

DATES = {"type": "date", "seen": ["2020-02-27", "2020-03-02"]}


@pytest.mark.parametrize(
    ("spec", "example", "points", "expected"),
    [
        (DATES, "2020-02-28", 3, ["2020-02-27", "2020-02-29", "2020-03-02"]),
        (DATES, "2020-02-28", 40, ["2020-02-27", "2020-02-28", "2020-02-29", "2020-03-01", "2020-03-02"]),
        ({"type": "date"}, "2020-02-28", 3, ["2020-01-29", "2020-02-28", "2020-03-29"]),
        (
            {"type": "datetime", "seen": ["2020-02-28T23:00:00Z", "2020-02-29T01:00:00Z"]},
            "2020-02-29T00:00:00Z",
            3,
            ["2020-02-28T23:00:00Z", "2020-02-29T00:00:00Z", "2020-02-29T01:00:00Z"],
        ),
        ({"type": "datetime"}, "2020-03-01T12:30:00", 2, ["2020-01-31T12:30:00", "2020-03-31T12:30:00"]),
    ],
)
def test_a_model_is_asked_along_dates_and_times(
    spec: dict[str, Any], example: str, points: int, expected: list[str]
) -> None:
    assert places_of("day", spec, example, points) == expected


def effect(kind: str, places: list[Any]) -> Effect:
    return Effect("cars 1.0.0", "x", kind, None, None, "prediction", places, [Line("", [1.0] * len(places))], {})


def test_dates_lie_on_a_line_as_far_apart_as_they_are() -> None:
    made = effect("date", ["2020-02-27", "2020-02-28", "2020-03-01"])
    assert made.along is not None
    assert [place - made.along[0] for place in made.along] == [0, 86400, 3 * 86400]
    assert [text for _, text in made.marks or ()] == ["2020-02-27", "2020-02-28", "2020-03-01"]
    assert "2020-02-27" in drawn_effect(made)


def test_times_of_one_day_are_told_apart() -> None:
    made = effect("datetime", ["2020-02-27T10:00:00Z", "2020-02-27T12:00:00Z"])
    assert [text for _, text in made.marks or ()] == made.places


def test_levels_lie_side_by_side_and_numbers_where_they_are() -> None:
    assert effect("category", ["a", "b"]).along is None
    assert effect("boolean", [False, True]).marks == [(1.0, "False"), (2.0, "True")]
    numbers = effect("number", [1.5, 4])
    assert (numbers.along, numbers.marks) == ([1.5, 4.0], None)


@pytest.mark.parametrize(
    ("output", "options", "given", "expected"),
    [
        ("category", {"type": ["class", "prob"]}, {}, {"type": "prob"}),
        ("category", {"type": ["class", "probability", "decision"]}, {}, {"type": "probability"}),
        ("category", {"type": ["class", "probability"]}, {"type": "class"}, {"type": "class"}),
        ("number", {"type": ["response", "prob"]}, {}, {}),
        ("number", {"interval": ["none", "confidence", "prediction"]}, {}, {"interval": "confidence"}),
        ("number", {"interval": ["none", "prediction"]}, {}, {"interval": "prediction"}),
        ("number", {"interval": ["none", "confidence"]}, {"interval": "none"}, {"interval": "none"}),
    ],
)
def test_what_can_be_drawn_is_asked_for(
    output: str, options: dict[str, list[str]], given: dict[str, str], expected: dict[str, str]
) -> None:
    schema = {
        "outputs": {"prediction": {"type": output}},
        "options": {name: {"type": "category", "levels": levels} for name, levels in options.items()},
    }
    assert drawable(given, schema) == expected
