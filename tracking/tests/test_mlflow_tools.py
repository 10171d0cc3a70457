"""MLflow's own tools load and score a version, R as well as Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Asked


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning")  # of what MLflow itself defines
@pytest.mark.parametrize("language", ["r", "python"])
def test_pyfunc_answers_as_the_model_does(
    language: str, project: Callable[[str], Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = project(language)
    asked("model register", alias="champion")
    import mlflow  # noqa: PLC0415  the adapter sets before what it reads as it is imported
    import pandas as pd  # noqa: PLC0415  the same

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{asked.folder}/.anops/tracking.db")
    mlflow.set_tracking_uri(f"sqlite:///{asked.folder}/.anops/tracking.db")
    model = mlflow.pyfunc.load_model(f"models:/{asked.name}@champion")
    reference = json.loads((asked.folder / "tests/reference.json").read_text())
    expected = reference["predictions"]["columns"]["prediction"]
    rows = pd.DataFrame(reference["rows"]["columns"]).dropna()
    answered = model.predict(rows.astype("float64"))
    assert answered.index.equals(rows.index)
    wanted = [expected[each] for each in rows.index]
    assert list(answered["prediction"]) == (pytest.approx(wanted) if language == "r" else wanted)
    kinds = {str(column.type) for column in model.metadata.get_input_schema()}
    assert kinds == {"DataType.double"}
    with pytest.raises((ValueError, mlflow.exceptions.MlflowException), match="missing"):
        model.predict(rows.iloc[:, 1:].astype("float64"))
