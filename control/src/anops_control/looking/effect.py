"""How the prediction moves with one column while the others stay: the rows that are asked, and the lines they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MOST_LINES = 6
"""So many values of a second column are drawn."""
FEW = 3
"""Where there are more, so many of them are."""

_NUMBERS = {"number", "integer"}
_TIMES = {"date", "datetime"}
_ABOUT = timedelta(days=30)
"""So far before and behind the example dates go of which nothing else is known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot.

    Attributes:
        name: What the second column is on it; empty: there is none.
        values: What the prediction is at each place; None where it is missing.
        lower: Where its interval begins, where it has one.
        upper: Where it ends.
    """

    name: str
    values: list[float | None]
    lower: list[float | None] | None = None
    upper: list[float | None] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "values": self.values, "lower": self.lower, "upper": self.upper}


@dataclass(frozen=True, slots=True)
class Effect:
    """How the prediction moves with a column.

    Attributes:
        model: The model's name and version.
        column: The column that moves.
        type: Its type.
        unit: Its unit, where that is known.
        by: The second column; None where there is none.
        output: The column of the predictions.
        places: The values of the column.
        lines: The lines.
        others: What the other columns are.
        file: The file of the picture; None where there is none.
    """

    model: str
    column: str
    type: str
    unit: str | None
    by: str | None
    output: str
    places: list[Any]
    lines: list[Line]
    others: dict[str, Any]
    file: Path | None = None

    @property
    def along(self) -> list[float] | None:
        """Where the values of the column lie on a line; None where they are names, which lie side by side."""
        if self.type in _TIMES:
            return [_moment(place).timestamp() for place in self.places]
        if any(isinstance(place, bool) or not isinstance(place, int | float) for place in self.places):
            return None
        return [float(place) for place in self.places]

    @property
    def marks(self) -> list[tuple[float, str]] | None:
        """Where on that line something is written, and what; None: its numbers, as whoever draws it likes."""
        along = self.along
        if along is not None and self.type not in _TIMES:
            return None
        texts = [str(place) for place in self.places]
        if along is None:
            return list(zip(map(float, range(1, len(texts) + 1)), texts, strict=True))
        few = sorted({round(i * (len(texts) - 1) / 3) for i in range(4)})
        days = [texts[i][:10] for i in few]
        return [(along[i], day if len(set(days)) == len(days) else texts[i]) for i, day in zip(few, days, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return told | {"lines": [line.to_dict() for line in self.lines], "file": self.file and str(self.file)}


def places_of(name: str, spec: Mapping[str, Any], example: Any, points: int) -> list[Any]:  # noqa: ANN401  whatever a row holds
    """Return the values of a column at which the model is asked.

    Raises:
        CommandError: The column has no range, and none can be made up.
    """
    if spec.get("values"):
        return list(spec["values"])
    if spec["type"] == "boolean":
        return [False, True]
    if spec.get("levels"):
        return list(spec["levels"])
    if spec["type"] in _TIMES:
        return _times(spec, example, points)
    if spec["type"] not in _NUMBERS:
        raise CommandError(
            f"`{name}` holds {spec['type']}s, of which no range is known.",
            remedy="Choose a column of numbers, of dates, or one with levels.",
            code=Code.USAGE,
        )
    low, high = spec.get("seen") or (spec.get("min"), spec.get("max"))
    if low is None or high is None:
        middle = float(example or 0)
        span = abs(middle) or 1.0
        low, high = (middle - span if low is None else low), (middle + span if high is None else high)
    low, high = float(low), float(high)
    values = [low + (high - low) * i / max(points - 1, 1) for i in range(points)]
    return sorted({round(value) for value in values}) if spec["type"] == "integer" else values


def _times(spec: Mapping[str, Any], example: object, points: int) -> list[str]:
    """Return dates or times over where the model was fitted; where that is not known, about the example."""
    is_date = spec["type"] == "date"
    if spec.get("seen"):
        low, high = (_moment(end) for end in spec["seen"])
        ends_in_z = str(spec["seen"][0]).endswith("Z")
    else:
        middle = _moment(example)
        low, high, ends_in_z = middle - _ABOUT, middle + _ABOUT, str(example).endswith("Z")
    step = timedelta(days=1) if is_date else timedelta(seconds=1)
    steps = round((high - low) / step)
    offsets = sorted({round(steps * i / max(points - 1, 1)) for i in range(points)})
    texts = [(low + offset * step).isoformat()[: 10 if is_date else 19] for offset in offsets]
    return [f"{text}Z" for text in texts] if ends_in_z and not is_date else texts


def _moment(text: object) -> datetime:
    """Read a date or a time, whose zone a column has but once."""
    moment = datetime.fromisoformat(str(text))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def some_of(places: Sequence[Any]) -> list[Any]:
    """Return a few of many places, the first and the last among them."""
    if len(places) <= MOST_LINES:
        return list(places)
    return [places[round(i * (len(places) - 1) / (FEW - 1))] for i in range(FEW)]


def line_of(name: str, predictions: Sequence[Mapping[str, Any]], output: str) -> Line:
    """Make a line of what a service has answered."""
    band = output == "prediction" and {"lower", "upper"} <= set(predictions[0])
    lower, upper = ([_number(row[end]) for row in predictions] if band else None for end in ("lower", "upper"))
    return Line(name, [_number(row[output]) for row in predictions], lower, upper)


def drawable(options: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the options with which an answer can be drawn, where nothing else is said.

    That is an interval, where the model can give one, and numbers where its classes have probabilities.

    Args:
        options: What is said.
        schema: The model's schema, as `GET /model` has it.
    """
    known: Mapping[str, Mapping[str, Any]] = schema.get("options") or {}
    made = dict(options)
    intervals: Sequence[str] = (known.get("interval") or {}).get("levels") or ()
    if "interval" not in made and (found := [each for each in ("confidence", "prediction") if each in intervals]):
        made["interval"] = found[0]
    outputs: Mapping[str, Mapping[str, Any]] = schema.get("outputs") or {}
    first = next(iter(outputs.values()), {"type": "number"})
    kinds: Sequence[str] = (known.get("type") or {}).get("levels") or ()
    if "type" not in made and first["type"] not in _NUMBERS:
        probability = next((kind for kind in kinds if kind.startswith("prob")), None)
        if probability is not None:
            made["type"] = probability
    return made


def output_of(predictions: Sequence[Mapping[str, Any]], wanted: str | None) -> str:
    """Return the column of predictions that is drawn.

    Raises:
        CommandError: There is none of that name, or none of numbers.
    """
    numbers = [name for name in predictions[0] if any(_number(row[name]) is not None for row in predictions)]
    if wanted is not None:
        if wanted in numbers:
            return wanted
        raise CommandError(
            f"The model answers with no column of numbers `{wanted}`, but with {', '.join(predictions[0])}.",
            code=Code.USAGE,
        )
    if not numbers:
        raise CommandError(
            f"There is nothing to draw: the predictions ({', '.join(predictions[0])}) hold no numbers.",
            remedy="Ask for numbers, where the model has an option for it: --option NAME=VALUE",
            code=Code.USAGE,
        )
    return "prediction" if "prediction" in numbers else numbers[0]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
