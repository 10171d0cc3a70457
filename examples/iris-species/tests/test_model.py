"""The model still answers as it did when the project was made.

tests/reference.json holds the rows and the answers. To run it: pytest
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from model import load_model, predict_model

PROJECT = Path(__file__).parents[1]


def reference():
    saved = json.loads((PROJECT / "tests/reference.json").read_text(encoding="utf-8"))
    expected = pd.DataFrame(saved["predictions"]["columns"])
    rows = pd.DataFrame(saved["rows"]["columns"])
    return rows, expected


def test_the_reference_rows_get_their_predictions():
    rows, expected = reference()
    model = load_model(PROJECT / "model.joblib")
    predictions = pd.DataFrame(predict_model(model, rows))

    assert predictions.shape == expected.shape
    for position, name in enumerate(expected):
        answer = predictions.iloc[:, position]
        if pd.api.types.is_numeric_dtype(expected[name]):
            numbers = answer.astype("float64")
            np.testing.assert_allclose(numbers, expected[name], rtol=1e-6)
        else:
            assert answer.astype(str).tolist() == expected[name].astype(str).tolist()
