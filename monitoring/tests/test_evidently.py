"""Evidently gets the rows of the log and the baseline, with the kinds that the schema says, and makes its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.schema import Schema
from anops_monitoring.baseline import Baseline
from anops_monitoring.evidently_page import evidently_page, tables_of
from anops_monitoring.failures import MonitoringError
from anops_monitoring.logged import Logged, LoggedRow
from lent_environment import lent_environment

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "x": {"type": "number"},
    "day": {"type": "date"},
    "size": {"type": "integer", "values": [1, 2]},
    "g": {"type": "category", "levels": ["a", "b"]},
    "said": "string",
}
NUMBER = Schema.of({"inputs": COLUMNS, "outputs": {"prediction": "number"}})
LEVEL = Schema.of({"inputs": COLUMNS, "outputs": {"prediction": {"type": "category", "levels": ["no", "yes"]}}})


def rows(many: int, *, shift: float, seed: int) -> dict[str, list[Any]]:
    drawn = np.random.default_rng(seed)
    x: list[Any] = drawn.normal(shift, size=many).tolist()
    x[0] = None
    words = [f"{word} day with {other}" for word in ("good", "fine") for other in ("rain", "sun", "snow")]
    return {
        "x": x,
        "day": [f"2026-11-{1 + place % 28:02}" for place in range(many)],
        "size": [1 + place % 2 for place in range(many)],
        "g": drawn.choice(["a", "b"], many).tolist(),
        "said": drawn.choice(words, many).tolist(),
    }


def tables(schema: Schema, *, shift: float = 0.0, many: int = 60, outcomes: bool = True) -> tuple[Logged, Baseline]:
    is_level = schema is LEVEL
    sides = []
    for moved, seed in ((0.0, 1), (shift, 2)):
        inputs = rows(many, shift=moved, seed=seed)
        said = [(each or 0.0) > 0 if is_level else (each or 0.0) for each in inputs["x"]]
        told = [("yes" if each else "no") if is_level else each for each in said]
        true = [told[place - 1] for place in range(many)] if is_level else [each + 0.5 for each in told]
        sides.append((inputs, told, true if outcomes else None))
    (before, fitted, came), (now, predicted, later) = sides
    logged = Logged(rows=[
        LoggedRow(
            f"r{place}", 0, 1e9 + place, "1", "sha256:1", {name: values[place] for name, values in now.items()},
            {"prediction": predicted[place]}, {}, None if later is None else later[place],
        )
        for place in range(many)
    ])  # fmt: skip
    return logged, Baseline(before, {"prediction": fitted}, came, {})


@pytest.mark.parametrize(("schema", "task"), [(NUMBER, "regression"), (LEVEL, "classification")])
def test_columns_are_of_the_kinds_that_the_schema_says(schema: Schema, task: str) -> None:
    told = tables_of(*tables(schema, shift=1.0), schema)
    predicted = "numerical" if schema is NUMBER else "categorical"
    assert told["kinds"] == {
        "x": "numerical", "day": "datetime", "size": "categorical", "g": "categorical", "said": "text",
        "predicted: prediction": predicted, "outcome": predicted,
    }  # fmt: skip
    assert (told["task"], told["target"], told["prediction"]) == (task, "outcome", "predicted: prediction")
    assert told["case"] == (None if schema is NUMBER else "yes")
    assert told["reference"].keys() == told["current"].keys() == told["kinds"].keys()
    assert told["current"]["x"][0] is None
    assert told["current"]["size"][:2] == ["1", "2"]


def test_without_outcomes_nothing_is_judged_and_what_was_not_kept_is_left_out() -> None:
    logged, baseline = tables(NUMBER, outcomes=False)
    for each in logged.rows:
        del each.inputs["g"]
    told = tables_of(logged, baseline, NUMBER)
    assert (told["task"], told["target"]) == (None, None)
    assert "g" not in told["kinds"]
    logged.rows[0].options["type"] = "link"  # on another scale than the baseline
    assert "predicted: prediction" not in tables_of(logged, baseline, NUMBER)["kinds"]


def test_too_few_rows_are_told() -> None:
    with pytest.raises(MonitoringError, match="needs 30 rows with their values: the log has 29, the baseline 29"):
        tables_of(*tables(NUMBER, many=29), NUMBER)


def test_an_evidently_that_is_not_there_or_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "evidently.py").write_text("raise ModuleNotFoundError('no', name='evidently')\n")
    with pytest.raises(MonitoringError, match="is an extra, which is not installed") as told:
        evidently_page(*tables(NUMBER), NUMBER)
    assert told.value.remedy == "Add it: ao extra add evidently"
    (tmp_path / "evidently.py").write_text("raise RuntimeError('no ink')\n")
    with pytest.raises(MonitoringError, match="could not make its report") as told:
        evidently_page(*tables(NUMBER), NUMBER)
    assert told.value.details == ("RuntimeError: no ink",)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lent_environment(tmp_path_factory.mktemp("evidently") / "env", "evidently==0.7.23")


@pytest.mark.long
@pytest.mark.parametrize("schema", [NUMBER, LEVEL])
def test_the_real_one_makes_a_page_that_stands_alone(
    real: Path, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(real))
    page = evidently_page(*tables(schema, shift=3.0), schema)
    assert "predicted: prediction" in page
    assert 'src="http' not in page
