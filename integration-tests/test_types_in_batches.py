"""What one caller leaves out, or sends too large, changes no type of the rows of others, in one request or a batch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from little_models import LANGUAGES, MODELS, write_project
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack import Stack

# each says of which types its rows were, and how many came together
MODELS["python"]["types"] = (
    "import time; time.sleep(0.02)\n"
    "    import pandas\n"
    "    kind = f\"{data['code'].dtype} \"\n"
    "    texts = kind + data['code'].astype(str) + ' ' + data['flag'].astype(str) + ' ' + data['day'].astype(str)\n"
    "    return pandas.DataFrame({'text': texts, 'rows': len(data)})"
)
MODELS["r"]["types"] = (
    "{ Sys.sleep(0.02); data.frame(text = paste(typeof(newdata$code), newdata$code, typeof(newdata$flag), "
    "newdata$flag, class(newdata$day), newdata$day), rows = nrow(newdata)) }"
)
INPUTS = """
code = { type = "integer", missing = "allow" }
flag = { type = "boolean", missing = "allow" }
day = { type = "date", missing = "allow" }
"""
OUTPUTS = 'text = "string"\nrows = "integer"'
ROWS: list[dict[str, Any]] = [
    {"code": 100000, "flag": True, "day": "2026-11-21"},
    {"code": None, "flag": False, "day": "2026-11-21"},
    {"code": 7, "flag": None, "day": None},
    {"code": None, "flag": None, "day": None},
    {"code": 3_000_000_000, "flag": True, "day": "2026-11-21"},
    {"code": -5, "flag": False, "day": "2026-11-22"},
]


@pytest.fixture(scope="module", params=LANGUAGES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("types") / "p"
    project = write_project(folder, request.param, "types", inputs=INPUTS, outputs=OUTPUTS, row_independent=True)
    with serving(project) as stack:
        yield stack


def ask(stack: Stack, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = stack.client.post("/predict", json={"data": rows})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["predictions"]
    return told


def test_rows_of_one_request_have_the_types_that_each_has_alone(service: Stack) -> None:
    alone = [ask(service, [row])[0]["text"] for row in ROWS]
    assert [row["text"] for row in ask(service, ROWS)] == alone
    assert "100000 " in alone[0]


def test_rows_of_concurrent_callers_have_the_types_that_each_has_alone(service: Stack) -> None:
    alone = [ask(service, [row])[0]["text"] for row in ROWS]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: ask(service, [ROWS[i % len(ROWS)]])[0], range(120)))
    assert max(answer["rows"] for answer in answers) > 1, "no two callers came together"
    assert [answer["text"] for answer in answers] == [alone[i % len(ROWS)] for i in range(120)]
