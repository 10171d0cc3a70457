"""The combinations of values that a sweep tries: all of a grid, or some that are drawn."""

from __future__ import annotations

import itertools
import math
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.training.config_file import assignment, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 1000
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(:log)?")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from which a sweep draws.

    Attributes:
        low: The least.
        high: The greatest.
        log: Whether each order of magnitude is as likely.
        whole: Whether only whole numbers are drawn.
    """

    low: float
    high: float
    log: bool
    whole: bool

    def drawn(self, chance: random.Random) -> float | int:
        """Draw one."""
        if self.log:
            value = math.exp(chance.uniform(math.log(self.low), math.log(self.high)))
            return min(max(round(value), int(self.low)), int(self.high)) if self.whole else value
        return chance.randint(int(self.low), int(self.high)) if self.whole else chance.uniform(self.low, self.high)


def combinations(written: Sequence[str], draws: int | None, seed: int) -> list[dict[str, Any]]:
    """Return what a sweep tries.

    Args:
        written: `max_iter=100,500` for values, `C=0.01..10` or `C=0.01..10:log` for a range to draw from.
        draws: How many are drawn; None tries every combination.
        seed: The seed of random numbers.

    Raises:
        CommandError: Something can't be read, or a range is to be tried wholly.
    """
    axes = dict(_axis(each) for each in written)
    if draws is None:
        ranges = [key for key, axis in axes.items() if isinstance(axis, Range)]
        if ranges:
            raise CommandError(
                f"A range holds no list of values to try all of: `{ranges[0]}`.",
                remedy=f"Say how many to draw: --draws 20; or list values: --sweep {ranges[0]}=1,2,5",
                code=Code.USAGE,
            )
        lists = [axis for axis in axes.values() if not isinstance(axis, Range)]
        found = [dict(zip(axes, values, strict=True)) for values in itertools.product(*lists)]
    else:
        chance = random.Random(seed)  # noqa: S311  no secret
        found = [
            {key: each.drawn(chance) if isinstance(each, Range) else chance.choice(each) for key, each in axes.items()}
            for _ in range(draws)
        ]
        found = [each for position, each in enumerate(found) if each not in found[:position]]
    if len(found) > _MOST:
        raise CommandError(
            f"The sweep has {len(found)} combinations, more than {_MOST}.",
            remedy="Draw some of them: --draws 100",
            code=Code.USAGE,
        )
    return found


def _axis(written: str) -> tuple[str, list[Any] | Range]:
    key, values = assignment(written)
    match = _RANGE.fullmatch(values)
    if match is not None:
        low, high, log = float(match[1]), float(match[2]), match[3] is not None
        if not low < high or (log and low <= 0):
            raise CommandError(
                f"`{values}` is no range for `{key}`.",
                remedy="Write the lower number first" + (", above 0 for :log." if log else "."),
                code=Code.USAGE,
            )
        whole = not re.search(r"[.eE]", match[1] + match[2])
        return key, Range(low, high, log, whole)
    listed = value_of(values)
    found = listed if isinstance(listed, list) else [value_of(each.strip()) for each in values.split(",")]
    if not found or "" in found:
        raise CommandError(f"`{key}` has no values to try.", remedy=f"List them: --sweep {key}=1,2,5", code=Code.USAGE)
    return key, list(found)
