"""Which mixtures of a row and of others are predicted, and how the predictions become contributions.

The contributions are Shapley values: what a column adds to the prediction when the row's own value takes the place of
another row's, on average over all orders in which the columns may do so, and over the rows it is compared with
(interventional values, as Lundberg and Lee 2017 define them; drawn by orders as in Strumbelj and Kononenko 2014).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Protocol

import numpy as np

MOST_EXACT_ROWS = 2048
"""All sets of columns are tried for as long as that takes no more rows than this, for each row that is explained."""
MOST_ROWS = 8192
"""Orders are drawn for about so many rows, for each row that is explained."""
MOST_COLUMNS = 1000
"""With more columns even one order would take too many values."""


class Mixtures(Protocol):
    """The mixtures that explain one row.

    Attributes:
        taken: Which columns of a mixture are the row's own (a row for each mixture, bool); the others are of `other`.
        other: Of which other row they are (1-D, integers, counted from 0).
        whole: Which mixture is the row itself.
        exact: Whether all orders are tried.
        others: How many rows it is compared with.
    """

    taken: np.ndarray
    other: np.ndarray
    whole: int
    exact: bool
    others: int

    def contributions(self, predictions: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean prediction of the other rows, and what each column adds to it.

        Args:
            predictions: Those of the mixtures (1-D, float64).
        """


@lru_cache(maxsize=4)
def mixtures_of(columns: int, others: int) -> Mixtures:
    """Say what is to be predicted.

    Args:
        columns: How many columns a row has: 1 to `MOST_COLUMNS`.
        others: How many rows it may be compared with, at least one; of very wide rows fewer are used.
    """
    if (1 << columns) * others <= MOST_EXACT_ROWS:
        return AllSets(columns, others)
    return Orders(columns, max(1, min(others, MOST_ROWS // (2 * columns))))


class AllSets:
    """Every set of columns: exact."""

    exact = True

    def __init__(self, columns: int, others: int) -> None:
        """Mix a row with others."""
        count = 1 << columns
        sets = (np.arange(count)[:, None] >> np.arange(columns)) & 1 == 1
        sizes = sets.sum(axis=1)
        # how many of all orders have just these columns before the next one
        share = np.array([1 / (columns * math.comb(columns - 1, size)) for size in range(columns)])
        self._before = [np.flatnonzero(~sets[:, column]) for column in range(columns)]
        self._share = [share[sizes[before]] for before in self._before]
        self.taken = np.tile(sets, (others, 1))
        self.other = np.repeat(np.arange(others), count)
        self.whole = count - 1
        self.others = others

    def contributions(self, predictions: np.ndarray) -> tuple[float, np.ndarray]:
        """Weigh what a column changes in each set without it by how many orders come by there."""
        means = predictions.reshape(self.others, -1).mean(axis=0)
        gains = [
            share @ (means[before + (1 << column)] - means[before])
            for column, (before, share) in enumerate(zip(self._before, self._share, strict=True))
        ]
        return float(means[0]), np.array(gains)


class Orders:
    """Some orders of the columns, each with its reverse, for each other row: exact where a model adds up terms."""

    exact = False

    def __init__(self, columns: int, others: int) -> None:
        """Mix a row with others."""
        draw = np.random.default_rng(20170522)  # the same each time: the same question has the same answer
        count = others * max(1, MOST_ROWS // (2 * columns * others))
        pairs = [(order, order[::-1]) for order in (draw.permutation(columns) for _ in range(count))]
        drawn = np.array(pairs).reshape(-1, columns)
        places = np.argsort(drawn, axis=1)
        self._order = drawn
        self.taken = (places[:, None, :] < np.arange(columns + 1)[None, :, None]).reshape(-1, columns)
        each = len(drawn) // others
        self.other = np.repeat(np.arange(others), each * (columns + 1))
        self.whole = columns
        self.others = others

    def contributions(self, predictions: np.ndarray) -> tuple[float, np.ndarray]:
        """Average over the orders what each step changes."""
        paths = predictions.reshape(len(self._order), -1)
        sums = np.bincount(self._order.ravel(), weights=np.diff(paths, axis=1).ravel())
        return float(paths[:, 0].mean()), sums / len(self._order)
