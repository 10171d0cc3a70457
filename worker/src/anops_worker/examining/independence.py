"""Tests whether a row's prediction depends on the rows that come with it, and shows the row where it does."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_project.examination.counter_example import ONCE_MORE, CounterExample
from anops_project.examination.independence import Independence

from anops_worker.examining.chance import SECONDS, otherwise_again
from anops_worker.examining.comparing import Comparison, row_values
from anops_worker.examining.model_probe import option_variants
from anops_worker.examining.trial_rows import trial_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import Schema

    Predict = Callable[[Frame, Mapping[str, OptionValue]], Frame]

_SEED = 7
_SECONDS = 10.0
"""How long single rows are tried, after the first few; a slow model must not keep a person waiting for minutes."""
_FEWEST_SINGLES = 8
_FEWEST_ROWS = 2
"""A single row has none beside it that could matter to its prediction."""
_SINGLES_PER_OPTION = 6


class _DependenceError(Exception):
    """Carries the row that shows a dependence."""

    def __init__(self, example: CounterExample) -> None:
        super().__init__(example.beside)
        self.example = example


def independence_of(
    rows: Frame, predict: Predict, options: Sequence[Mapping[str, OptionValue]] = ({},)
) -> Independence:
    """Compare the answers to a whole batch with those to single rows, to parts and to the batch in another order.

    Rows that the model refuses wherever they stand tell nothing, and are left out. A model that gives another
    answer when it is asked the same once more counts as dependent: its rows can't be told from each other.

    Args:
        rows: Rows that fit the schema; see `trial_rows`.
        predict: Predicts rows, or raises `AnOpsError`.
        options: What to ask with; the first are the defaults.

    Returns:
        What was found.
    """
    trial = _Trial(rows, predict)
    try:
        for place, chosen in enumerate(options):
            trial.run(chosen, default=place == 0)
    except _DependenceError as found:
        return Independence(independent=False, rows=trial.rows.rows, singles=trial.singles, example=found.example)
    except AnOpsError as error:
        return Independence(independent=None, rows=trial.rows.rows, singles=trial.singles, failure=str(error))
    return Independence(independent=True, rows=trial.rows.rows, singles=trial.singles)


def independence_of_described(rows: Frame | None, schema: Schema, predict: Predict) -> Independence:
    """Test a model that has no project yet.

    Args:
        rows: Its reference rows; None where it has none, and made-up ones must do.
        schema: Its contract, policies resolved.
        predict: Predicts rows with options, or raises `AnOpsError`.
    """
    return independence_of(trial_rows(schema, [] if rows is None else [rows]), predict, option_variants(schema))


class _Trial:
    """One model, tried with rows."""

    def __init__(self, rows: Frame, predict: Predict) -> None:
        self.rows = rows
        self.singles = 0
        self._predict = predict
        self._options: Mapping[str, OptionValue] = {}
        self._shown: dict[str, Any] = {}

    def run(self, options: Mapping[str, OptionValue], *, default: bool) -> None:
        """Try with some options.

        Raises:
            _DependenceError: A row shows a dependence.
            AnOpsError: The model answers no row.
        """
        self._options, self._shown = options, {} if default else dict(options)
        try:
            whole = self._ask()
        except AnOpsError as error:
            if not default:
                return  # an option that the model refuses with these rows tells nothing
            whole = self._without_refused(error)
        size = self.rows.rows
        everywhere = Comparison(whole)
        self._compare(everywhere, np.arange(size), ONCE_MORE)
        if default:
            self._raise_if_by_chance(np.arange(size), whole, SECONDS)
        order = np.random.default_rng(_SEED).permutation(size)
        self._compare(everywhere, order, "in another order")
        for half in (np.arange(size // 2), np.arange(size // 2, size)):
            self._compare(everywhere, half, "without half of the others")
        gaps = self._gaps()
        if gaps.any() and not gaps.all():
            self._compare(everywhere, np.flatnonzero(~gaps), "without the rows that miss a value")
        end = time.monotonic() + _SECONDS
        for tried, row in enumerate(self._spread()):
            if tried >= (_FEWEST_SINGLES if default else _SINGLES_PER_OPTION) and (
                not default or time.monotonic() > end
            ):
                break
            self._compare(everywhere, np.array([row]), "alone")
            self.singles += default

    def _ask(self, index: np.ndarray | None = None) -> Frame:
        return self._predict(self.rows if index is None else self.rows.at(index), self._options)

    def _spread(self) -> list[int]:
        """Return all rows, those first that are far from each other."""
        size = self.rows.rows
        step = max(1, size // _FEWEST_SINGLES)
        first = list(range(0, size, step))
        return [*first, *(row for row in range(size) if row % step)]

    def _without_refused(self, error: AnOpsError) -> Frame:
        """Answer the batch without the rows that fail alone as well."""
        alone = [row for row in range(self.rows.rows) if self._answers(row)]
        if not alone:
            return self._of_complete_rows(error)
        if len(alone) < _FEWEST_ROWS:
            raise error
        if len(alone) == self.rows.rows:
            raise self._fails(alone[0], "alone", error, in_batch=True) from error
        self.rows = self.rows.at(np.array(alone))
        try:
            return self._ask()
        except AnOpsError as again:
            raise self._fails(0, "alone", again, in_batch=True) from again

    def _of_complete_rows(self, error: AnOpsError) -> Frame:
        """Answer the rows without missing values, where the model answers no row alone, nor all of them."""
        gaps = self._gaps()
        if not gaps.any() or (~gaps).sum() < _FEWEST_ROWS:
            raise error
        self.rows = self.rows.at(np.flatnonzero(~gaps))
        return self._ask()

    def _gaps(self) -> np.ndarray:
        """Say which rows miss a value (1-D, bool)."""
        gaps = np.zeros(self.rows.rows, dtype=bool)
        for column in self.rows.columns:
            gaps |= column.is_missing()
        return gaps

    def _answers(self, row: int) -> bool:
        try:
            self._ask(np.array([row]))
        except AnOpsError:
            return False
        return True

    def _compare(self, whole: Comparison, index: np.ndarray, beside: str) -> None:
        try:
            other = self._ask(index)
        except AnOpsError as error:
            raise self._fails(int(index[0]), beside, error) from error
        different = whole.first_difference(other, index)
        if different is not None:
            if beside != ONCE_MORE:
                self._raise_if_by_chance(index, other, _SECONDS / 3)
            place, column, in_batch, otherwise = different
            raise self._found(int(index[place]), column, beside, in_batch, otherwise)

    def _raise_if_by_chance(self, index: np.ndarray, answer: Frame, seconds: float) -> None:
        different = otherwise_again(answer, lambda: self._ask(index), seconds=seconds)
        if different is not None:
            place, column, once, again = different
            raise self._found(int(index[place]), column, ONCE_MORE, once, again)

    def _found(
        self, row: int, column: str | None, beside: str, in_batch: object, otherwise: object
    ) -> _DependenceError:
        return _DependenceError(
            CounterExample(
                row=row_values(self.rows, row),
                column=column,
                beside=beside,
                batch_rows=self.rows.rows,
                in_batch=in_batch,
                otherwise=otherwise,
                options=self._shown,
            )
        )

    def _fails(self, row: int, beside: str, error: AnOpsError, *, in_batch: bool = False) -> _DependenceError:
        example = self._found(row, None, beside, None, None).example
        return _DependenceError(replace(example, failure=str(error), fails_in_batch=in_batch))
