"""Contributions of columns are Shapley values: those of formulas, of enumeration, and always the whole prediction."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_api_service.explaining.mixtures import MOST_COLUMNS, MOST_ROWS, mixtures_of

if TYPE_CHECKING:
    from collections.abc import Callable

Model = "Callable[[np.ndarray], np.ndarray]"


def explained(
    model: Callable[[np.ndarray], np.ndarray], row: np.ndarray, others: np.ndarray
) -> tuple[float, np.ndarray]:
    mixed = mixtures_of(len(row), len(others))
    return mixed.contributions(model(np.where(mixed.taken, row, others[mixed.other])))


def by_all_orders(model: Callable[[np.ndarray], np.ndarray], row: np.ndarray, others: np.ndarray) -> np.ndarray:
    gains = np.zeros(len(row))
    orders = list(permutations(range(len(row))))
    for order in orders:
        for other in others:
            mixed = other.copy()
            for column in order:
                before = model(mixed[None])[0]
                mixed[column] = row[column]
                gains[column] += model(mixed[None])[0] - before
    return gains / len(orders) / len(others)


def curved(rows: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.exp(rows[:, 0] * rows[:, 1]) + np.maximum(rows[:, 2], rows[:, 0]) ** 2 + rows.prod(axis=1)
    return result


@pytest.fixture
def draw() -> np.random.Generator:
    return np.random.default_rng(7)


def test_few_columns_are_explained_as_all_orders_explain_them(draw: np.random.Generator) -> None:
    row, others = draw.normal(size=5), draw.normal(size=(4, 5))
    start, gains = explained(curved, row, others)
    assert start == pytest.approx(curved(others).mean(), rel=1e-12)
    np.testing.assert_allclose(gains, by_all_orders(curved, row, others), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("columns", [1, 2, 7, 8, 12, 60, 401])
def test_contributions_add_up_to_the_prediction(columns: int, draw: np.random.Generator) -> None:
    row, others = draw.normal(size=columns), draw.normal(size=(10, columns))

    def model(rows: np.ndarray) -> np.ndarray:
        result: np.ndarray = np.sin(rows.sum(axis=1)) + rows[:, 0] * rows[:, -1]
        return result

    start, gains = explained(model, row, others)
    assert start + gains.sum() == pytest.approx(model(row[None])[0], rel=1e-9)


@pytest.mark.parametrize("columns", [3, 30, 300])
def test_a_sum_of_terms_is_explained_by_its_terms_exactly(columns: int, draw: np.random.Generator) -> None:
    slopes, row, others = draw.normal(size=columns), draw.normal(size=columns), draw.normal(size=(10, columns))
    _, gains = explained(lambda rows: rows**3 @ slopes, row, others)
    used = mixtures_of(columns, 10).others
    np.testing.assert_allclose(gains, slopes * (row**3 - (others[:used] ** 3).mean(axis=0)), rtol=1e-9, atol=1e-9)


def test_of_many_columns_drawn_orders_come_near_to_all(draw: np.random.Generator) -> None:
    """Of products of two columns each half goes to either: known, though all orders are too many to try."""
    row, others = draw.normal(size=20), np.zeros((10, 20))
    _, gains = explained(lambda rows: (rows[:, :10] * rows[:, 10:]).sum(axis=1), row, others)
    half = row[:10] * row[10:] / 2
    np.testing.assert_allclose(gains, [*half, *half], atol=1e-12)


def test_no_row_takes_more_than_a_bounded_number_of_predictions() -> None:
    for columns in (1, 5, 11, 12, 100, 999, MOST_COLUMNS):
        assert len(mixtures_of(columns, 10).taken) <= MOST_ROWS * 1.2
