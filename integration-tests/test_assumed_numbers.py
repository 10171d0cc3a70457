"""True and false for a number whose type is only assumed are 1 and 0, with a warning, in every format and language."""

from __future__ import annotations

import io
import json
import subprocess
from typing import TYPE_CHECKING, Any

import anops
import grpc
import pandas as pd
import pyarrow as pa
import pytest
from anops_control.r_client import sources
from anops_model_interface.answers import decode_answer
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference.open_inference_pb2_grpc import GRPCInferenceServiceStub
from anops_model_interface.open_inference.requests import message_of
from anops_model_interface.open_inference.responses import answer_of
from anops_model_interface.requests import Request
from little_models import LANGUAGES, write_project
from pyarrow import ipc
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack import Stack

INPUTS = 'a = { type = "number", assumed = true, missing = "allow" }\nb = "number"'
OUTPUTS = 'a = "number"\nb = "number"'
SENT: list[bool | None] = [True, False, None]
TOLD = "Column `a`: true or false was taken as 1 or 0 in 2 rows. That the column holds numbers is only assumed."

Answer = tuple[list[float | None], list[str]]


def posted(stack: Stack, body: bytes, kind: str) -> Answer:
    answer = stack.client.post("/predict", content=body, headers={"content-type": kind})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert all(warn["rows"] == [1, 2] for warn in told["warnings"])
    return [row["a"] for row in told["predictions"]], [warn["message"] for warn in told["warnings"]]


def as_records(stack: Stack) -> Answer:
    body = json.dumps({"data": [{"a": value, "b": 1.5} for value in SENT]})
    return posted(stack, body.encode(), "application/json")


def as_columns(stack: Stack) -> Answer:
    return posted(stack, json.dumps({"data": {"a": SENT, "b": [1.5] * 3}}).encode(), "application/json")


def as_csv_of_r(stack: Stack) -> Answer:
    return posted(stack, b'"a","b"\nTRUE,1.5\nFALSE,1.5\nNA,1.5\n', "text/csv")


def as_csv_of_pandas(stack: Stack) -> Answer:
    text = pd.DataFrame({"a": SENT, "b": 1.5}).to_csv(index=False)
    return posted(stack, text.encode(), "text/csv")


def as_arrow(stack: Stack) -> Answer:
    table = pa.table({"a": pa.array(SENT), "b": [1.5] * 3})
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return posted(stack, sink.getvalue(), "application/vnd.apache.arrow.stream")


def as_tensor(stack: Stack) -> Answer:
    boolean = pd.array(SENT, dtype="boolean")
    column = Column("a", "boolean", boolean.fillna(value=False).to_numpy(dtype=bool), boolean.isna())
    number = Column("b", "number", pd.Series([1.5] * 3).to_numpy())
    request = message_of(Request.of(Frame((column, number), 3), {}, model_name="echo"))
    with grpc.insecure_channel(f"127.0.0.1:{stack.model.port}") as channel:
        answer = answer_of(GRPCInferenceServiceStub(channel).ModelInfer(request))
    frame = decode_answer(answer, {})
    values = [None if gone else value for value, gone in zip(frame["a"].values, frame["a"].is_missing(), strict=True)]
    return values, [warn.message for warn in answer.head.warnings]


WAYS = [as_records, as_columns, as_csv_of_r, as_csv_of_pandas, as_arrow, as_tensor]


@pytest.fixture(scope="module", params=LANGUAGES)
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("echo")
    project = write_project(folder / "p", request.param, "echo", inputs=INPUTS, outputs=OUTPUTS)
    with serving(project) as stack:
        yield stack


@pytest.mark.parametrize("way", WAYS)
def test_booleans_are_one_and_zero_with_a_warning(echo: Stack, way: Callable[[Stack], Answer]) -> None:
    assert way(echo) == ([1.0, 0.0, None], [TOLD])


def test_booleans_among_numbers_are_told_by_their_rows(echo: Stack) -> None:
    body: dict[str, Any] = {"data": {"a": [2.5, True, "Inf"], "b": [1, 1, 1]}}
    answer = echo.client.post("/predict", json=body).json()
    assert [row["a"] for row in answer["predictions"]] == [2.5, 1.0, "Inf"]
    assert [warn["rows"] for warn in answer["warnings"]] == [[2]]
    text = "a;b\n2,5;1\n".replace(",", ".") + "true;1\n"
    answer = echo.client.post("/predict", content=text, headers={"content-type": "text/csv"}).json()
    assert [row["a"] for row in answer["predictions"]] == [2.5, 1.0]
    assert [warn["rows"] for warn in answer["warnings"]] == [[2]]


def test_a_known_number_and_other_words_are_refused(echo: Stack) -> None:
    answer = echo.client.post("/predict", json={"data": [{"a": 1, "b": True}]})
    assert answer.status_code == 422
    assert "column `b` must be a number, not true or false" in answer.json()["detail"]
    for word in ("T", "yes", "wahr"):
        answer = echo.client.post("/predict", content=f"a,b\n{word},1\n", headers={"content-type": "text/csv"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["column"] == "a"


def test_both_clients_get_the_warning(echo: Stack, tmp_path: Path) -> None:
    url = str(echo.client.base_url)
    with anops.Client(url) as client, pytest.warns(UserWarning, match="true or false was taken as 1 or 0 in 2 rows"):
        answer = client.predict(pd.DataFrame({"a": [True, False], "b": 1.5}))
    assert answer["a"].tolist() == [1.0, 0.0]
    library = tmp_path / "library"
    library.mkdir()
    install = ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load", f"--library={library}", str(sources())]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    code = f"""
    library(anops, lib.loc = "{library}")
    rows <- data.frame(a = c(TRUE, FALSE), b = 1.5)
    answer <- withCallingHandlers(
      predict_remote("{url}", rows),
      warning = function(w) {{ cat(conditionMessage(w), "\n"); invokeRestart("muffleWarning") }}
    )
    cat(answer$a)
    """
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, timeout=300, check=True
    )
    assert "true or false was taken as 1 or 0 in 2 rows" in done.stdout
    assert done.stdout.endswith("1 0")
