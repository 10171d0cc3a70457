from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anops_model_interface.schema import ColumnSpec
from anops_worker.python_describe.ranges import kept_ranges, with_ranges
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, SplineTransformer


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "model", [KNeighborsRegressor(), MinMaxScaler(), SplineTransformer(), KBinsDiscretizer(strategy="uniform")]
)
def test_every_row_of_the_training_is_within_its_range(model: object, dtype: str) -> None:
    numbers = np.random.default_rng(0).normal(size=(200, 3)) * [1, 1e6, 1e-6]
    rows = pd.DataFrame(numbers, columns=list("abc"))
    model.fit(rows.astype(dtype), rows["a"])  # type: ignore[attr-defined]
    inputs = with_ranges(dict.fromkeys("abc", ColumnSpec(type="number")), kept_ranges(model, list("abc")))
    for name, spec in inputs.items():
        assert spec.seen is not None
        assert spec.seen[0] <= rows[name].min()
        assert rows[name].max() <= spec.seen[1]


def test_an_end_of_few_digits_stays_what_it_is() -> None:
    number = ColumnSpec(type="number")
    ranges = {"a": (0.10000000149011612, 7.0), "b": (1.513, 5.424), "c": (-1234567.0, 1e300)}
    seen = {name: spec.seen for name, spec in with_ranges(dict.fromkeys("abc", number), ranges).items()}
    assert seen["a"] == (0.1, 7.0)
    assert seen["b"] == (1.513, 5.424)
    assert seen["c"] == (-1234568.0, 1e300)
