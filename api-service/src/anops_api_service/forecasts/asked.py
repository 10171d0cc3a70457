"""The body of `POST /forecast`."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened

USUAL_LEVELS = (80.0, 95.0)
"""Those of R's forecast()."""
_MEMBERS = "`horizon`, `end`, `level`, `keys`, `regressors`, `simulate`, `seed` and `forecaster`"

_OF_SOME = {
    "level": "the model has no intervals, so `level` can't be asked for",
    "simulate": "the model draws no paths, so `simulate` can't be asked for",
    "forecaster": "the model holds no other models, so `forecaster` can't be asked for",
}
"""What is said where a model can't do what is asked for."""
_NONE = (None, ())
_MUST_BE = {
    "horizon": "a whole number",
    "end": 'a time as text, such as "2026-12-31"',
    "level": "a number, or a list of numbers",
    "keys": "a list of records, one for each series",
    "regressors": "a list of records, or columns",
    "simulate": "a whole number",
    "seed": "a whole number",
    "forecaster": "text",
}
_PLACE = re.compile(r"at `\$\.(\w+)")


class Asked(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is asked for.

    Attributes:
        horizon: How many periods; one of this and `end` is given.
        end: The time until which to forecast.
        level: The coverages of the intervals in percent; None: the usual ones.
        keys: The series of a panel that are wanted; None: all that the body's regressors name.
        regressors: What the future is given: records, or columns.
        simulate: How many paths to draw.
        seed: With the same seed, the same paths are drawn.
        forecaster: Which of the models that it holds forecasts, where there are several.
    """

    horizon: int | None = None
    end: str | None = None
    level: float | tuple[float, ...] | None = None
    keys: tuple[dict[str, Any], ...] | None = None
    regressors: tuple[dict[str, Any], ...] | dict[str, list[Any]] | None = None
    simulate: int | None = None
    seed: int | None = None
    forecaster: str | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The regressors of the future as records."""
        if not isinstance(self.regressors, dict):
            return list(self.regressors or ())
        lengths = {name: len(values) for name, values in self.regressors.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"`{name}` has {length}" for name, length in lengths.items())
            raise AnOpsError(
                Code.COLUMN_LENGTH,
                f"Can't forecast: columns of `regressors` must have the same number of values; {told}.",
            )
        return [dict(zip(self.regressors, row, strict=True)) for row in zip(*self.regressors.values(), strict=True)]

    def options(self, offered: frozenset[str]) -> dict[str, Any]:
        """Return what the model is asked.

        Args:
            offered: The options that it has; the usual levels are left out where it has no intervals.

        Raises:
            AnOpsError: `OPTION_UNKNOWN`: it has no intervals, draws no paths, or holds no other model.
        """
        asked: dict[str, Any] = {}
        lacks = [what for name, what in _OF_SOME.items() if name not in offered and getattr(self, name) not in _NONE]
        if lacks:
            raise AnOpsError(Code.OPTION_UNKNOWN, f"Can't forecast: {lacks[0]}.", remedy="Leave that out.")
        if self.level is not None and "level" in offered:
            asked["level"] = [self.level] if isinstance(self.level, float | int) else list(self.level)
        elif "level" in offered:
            asked["level"] = list(USUAL_LEVELS)
        if self.simulate is not None:
            asked["simulate"] = self.simulate
        if self.seed is not None:
            asked["seed"] = self.seed
        if self.forecaster is not None:
            asked["forecaster"] = self.forecaster
        return asked


_DECODER = msgspec.json.Decoder(Asked)


def read(body: bytes) -> Asked:
    """Read a body.

    Raises:
        AnOpsError: `BODY_SYNTAX`, `BODY_SHAPE`, or `HORIZON`: there is none, or one below 0.
    """
    try:
        asked = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't forecast: {_why(str(error), body)}.",
            remedy=f'Send JSON such as {{"horizon": 12, "level": [80, 95]}}; its members are {_MEMBERS}.',
        ) from error
    except msgspec.DecodeError as error:
        raise AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't read the body: it is not JSON: {error}.",
            remedy='Send JSON such as {"horizon": 12, "level": [80, 95]}.',
        ) from error
    if (asked.horizon is None) == (asked.end is None):
        raise AnOpsError(
            Code.HORIZON,
            "Can't forecast: the body must have `horizon`, the number of periods, or `end`, the time until which to "
            f"forecast, {'not both' if asked.horizon is not None else 'and has neither'}.",
            remedy='Send JSON such as {"horizon": 12}.',
        )
    if asked.horizon is not None and asked.horizon < 0:
        raise AnOpsError(Code.HORIZON, f"Can't forecast: `horizon` must be 0 or more, not {asked.horizon}.")
    return asked


def _why(told: str, body: bytes) -> str:
    """Return in words of the body what is wrong with it."""
    place = _PLACE.search(told)
    if place is None:
        return f"{told[0].lower()}{told[1:]}"
    given = msgspec.json.decode(body)[place[1]]
    shown = "" if isinstance(given, dict | list) else f", not {shortened(msgspec.json.encode(given).decode())}"
    return f"`{place[1]}` must be {_MUST_BE[place[1]]}{shown}"
