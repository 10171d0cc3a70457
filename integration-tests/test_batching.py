"""Many callers at once: each gets its own answer, whoever else is in the batch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from little_models import MODELS, write_project
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

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
