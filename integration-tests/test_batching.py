"""Many callers at once: each gets its own answer, whoever else is in the batch."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from little_models import MODELS, write_project
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from stack import serving

if TYPE_CHECKING:
    import httpx

EXAMPLES = Path(__file__).parents[1] / "examples"
CALLERS = 32
REQUESTS = 400

MODELS["python"]["careful"] = (
    "import warnings\n"
    "    if (data['a'] == 13).any(): raise ValueError('13 is unlucky')\n"
    "    if (data['a'] == 7).any(): warnings.warn('7 is lucky')\n"
    "    return data['a'] + data['b']"
)
MODELS["r"]["careful"] = (
    "{ if (any(newdata$a == 13)) stop('13 is unlucky'); if (any(newdata$a == 7)) warning('7 is lucky'); "
    "newdata$a + newdata$b }"
)


def ask(client: httpx.Client, i: int) -> None:
    rows = [{"a": i % 20 + k, "b": i} for k in range(i % 4 + 1)]
    answer = client.post("/predict", json={"data": rows})
    sent = [row["a"] for row in rows]
    if 13 in sent:
        assert answer.status_code == 500, answer.text
        assert "13 is unlucky" in answer.json()["detail"]
        return
    assert answer.status_code == 200, answer.text
    assert [row["prediction"] for row in answer.json()["predictions"]] == [row["a"] + row["b"] for row in rows]
    assert bool(answer.json()["warnings"]) == (7 in sent), (sent, answer.json()["warnings"])


def test_every_caller_gets_its_own_rows_warnings_and_failures(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "careful", row_independent=True, service="workers = 2")
    with serving(project) as stack, ThreadPoolExecutor(CALLERS) as pool:
        for done in [pool.submit(ask, stack.client, i) for i in range(REQUESTS)]:
            done.result()


def test_a_large_body_comes_back_in_its_order_in_pieces(tmp_path: Path, language: str) -> None:
    project = write_project(
        tmp_path, language, "sum", row_independent=True, service="workers = 2\nmax_batch_rows = 1000"
    )
    rows = 12_345
    with serving(project) as stack:
        answer = stack.client.post("/predict", json={"data": {"a": list(range(rows)), "b": [0.5] * rows}})
    assert [row["prediction"] for row in answer.json()["predictions"]] == [i + 0.5 for i in range(rows)]


def fitted_project(folder: Path, language: str) -> Path:
    """Fit a model whose linear algebra may round differently in a batch than for a row."""
    if language == "r":
        return Path(shutil.copytree(EXAMPLES / "mtcars-mpg", folder / "mpg"))
    project = folder / "diabetes"
    project.mkdir()
    data = load_diabetes(as_frame=True)
    model = make_pipeline(StandardScaler(), PolynomialFeatures(2), Ridge()).fit(data.data, data.target)
    joblib.dump(model, project / "model.joblib")
    inputs = "\n".join(f'"{name}" = "number"' for name in data.data.columns)
    (project / "ao.toml").write_text(
        '[project]\nname = "diabetes"\nlanguage = "python"\n'
        '[model]\nartifact = "model.joblib"\nrow_independent = true\n'
        f'[model.inputs]\n{inputs}\n[model.outputs]\nprediction = "number"\n'
    )
    return project


def requests_of(seed: int, inputs: dict[str, Any]) -> list[list[dict[str, float]]]:
    """Draw some rows for each caller."""
    random = np.random.default_rng(seed)

    def value(spec: dict[str, Any]) -> float:
        return float(random.choice(spec["values"]) if "values" in spec else random.uniform(0.01, 0.15))

    return [
        [{name: value(spec) for name, spec in inputs.items()} for _ in range(random.integers(1, 6))]
        for _ in range(CALLERS)
    ]


def test_answers_do_not_depend_on_the_batch(tmp_path: Path, language: str) -> None:
    with serving(fitted_project(tmp_path, language), "--workers", "2") as stack, ThreadPoolExecutor(CALLERS) as pool:
        inputs = stack.client.get("/model").json()["schema"]["inputs"]

        def predict(rows: list[dict[str, float]]) -> list[float]:
            answer = stack.client.post("/predict", json={"data": rows})
            assert answer.status_code == 200, answer.text
            return [row["prediction"] for row in answer.json()["predictions"]]

        @settings(max_examples=8, deadline=None)
        @given(st.integers(0, 2**32 - 1))
        def compare(seed: int) -> None:
            asked = requests_of(seed, inputs)
            alone = [predict([row])[0] for rows in asked for row in rows]
            together = [value for values in pool.map(predict, asked) for value in values]
            np.testing.assert_allclose(together, alone, rtol=1e-12)

        compare()


def test_what_a_model_always_warns_of_reaches_every_caller_of_a_batch(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "warns", row_independent=True)
    reference = {"rows": [{"a": 1, "b": 2}], "predictions": [{"prediction": 3}]}
    (project / "tests").mkdir(exist_ok=True)
    (project / "tests" / "reference.json").write_text(json.dumps(reference))
    with serving(project) as stack, ThreadPoolExecutor(CALLERS) as pool:
        bodies = [{"data": [{"a": i, "b": i}]} for i in range(100)]
        answers = list(pool.map(lambda body: stack.client.post("/predict", json=body).json(), bodies))
    assert [answer["predictions"][0]["prediction"] for answer in answers] == [2 * i for i in range(100)]
    assert {tuple(warning["message"] for warning in answer["warnings"]) for answer in answers} == {
        ("far from the data",)
    }
