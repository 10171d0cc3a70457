"""A value means the same in every format and through every client, or is refused by all."""

from __future__ import annotations

import csv
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
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.open_inference_pb2_grpc import GRPCInferenceServiceStub
from little_models import write_project
from pyarrow import ipc
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack import Stack

    Way = Callable[[Stack, "Path", str, Any], str | None]

LEVELS = ["NA", "4", "04", "a", "a ", "1e+05", "0.5", "", "007", "ä;b", "9007199254740993", "-1", "nan"]
CONTRACT = f"""
code = {{ type = "category", levels = {json.dumps(LEVELS)}, missing = "allow" }}
"wt " = {{ type = "number", missing = "allow" }}
"""
REFUSED = "refused"
VALUES: list[tuple[Any, str | None]] = [
    *((level, level) for level in LEVELS),
    (None, None),
    (4, "4"),
    (4.0, "4"),
    (100000, "1e+05"),
    (0.5, "0.5"),
    (-1, "-1"),
    (7, REFUSED),
    (5, REFUSED),
    ("004", REFUSED),
    (" a", REFUSED),
    ("a  ", REFUSED),
    ("na", REFUSED),
    ("A", REFUSED),
    ("<NA>", REFUSED),
    (True, REFUSED),
]
QUOTED_ONLY = {"4.0": REFUSED, "1E5": REFUSED, "4 ": REFUSED}
"""Texts of which a file without quotes can't say that they are text."""


def posted(stack: Stack, body: bytes | str, kind: str) -> str | None:
    answer = stack.client.post("/predict", content=body, headers={"content-type": kind})
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["column"] in {"code", "wt "}
        return REFUSED
    assert answer.status_code == 200, answer.text
    (prediction,) = answer.json()["predictions"]
    assert prediction["wt "] == 1.5
    told: str | None = prediction["code"]
    return told


def as_records(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    return posted(stack, json.dumps({"data": [{"code": value, name: 1.5}]}), "application/json")


def as_columns(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    return posted(stack, json.dumps({"data": {"code": [value], name: [1.5]}}), "application/json")


def as_pandas_writes_csv(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    text = pd.DataFrame({"code": pd.Series([value], dtype=object), name: [1.5]}).to_csv(index=False)
    return posted(stack, text.encode(), "text/csv")


def as_csv_with_quotes(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(["code", name])
    text.write(",1.5\n" if value is None else "")
    if value is not None:
        writer.writerow([value, 1.5])
    return posted(stack, text.getvalue().encode(), "text/csv")


def as_arrow(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    table = pa.table({"code": pa.array([value]), name: [1.5]})
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return posted(stack, sink.getvalue(), "application/vnd.apache.arrow.stream")


def as_arrow_dictionary(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    array = pa.array([value]).dictionary_encode() if not isinstance(value, bool) else pa.array([value])
    table = pa.table({"code": array, name: [1.5]})
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return posted(stack, sink.getvalue(), "application/vnd.apache.arrow.stream")


def as_tensor(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    request = ModelInferRequest(model_name="echo")
    tensor = request.inputs.add(name="code", shape=[1])
    if isinstance(value, bool):
        tensor.datatype = "BOOL"
        tensor.contents.bool_contents.append(value)
    elif isinstance(value, int):
        tensor.datatype = "INT64"
        tensor.contents.int64_contents.append(value)
    elif isinstance(value, float) or value is None:
        tensor.datatype = "FP64"
        tensor.contents.fp64_contents.append(float("nan") if value is None else value)
    else:
        tensor.datatype = "BYTES"
        tensor.contents.bytes_contents.append(value.encode())
    other = request.inputs.add(name=name, shape=[1], datatype="FP64")
    other.contents.fp64_contents.append(1.5)
    with grpc.insecure_channel(f"127.0.0.1:{stack.model.port}") as channel:
        try:
            answer = GRPCInferenceServiceStub(channel).ModelInfer(request)
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT  # noqa: PT017  it may also be answered
            return REFUSED
    places = {output.name: i for i, output in enumerate(answer.outputs)}
    if "missing" in answer.outputs[places["code"]].parameters:
        return None
    return answer.raw_output_contents[places["code"]][4:].decode()


def by_the_python_client(stack: Stack, _: Path, name: str, value: Any) -> str | None:
    with anops.Client(str(stack.client.base_url)) as client:
        try:
            answer = client.predict(pd.DataFrame({"code": pd.Series([value], dtype=object), name: [1.5]}))
        except anops.DataError:
            return REFUSED
    told = answer["code"].iloc[0]
    return None if pd.isna(told) else str(told)


WAYS: list[Way] = [
    as_records,
    as_columns,
    as_pandas_writes_csv,
    as_csv_with_quotes,
    as_arrow,
    as_arrow_dictionary,
    as_tensor,
    by_the_python_client,
]


@pytest.fixture(scope="module", params=["python", "r"])
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("echo")
    with serving(write_project(folder / "p", request.param, "echo", inputs=CONTRACT, outputs=CONTRACT)) as stack:
        yield stack


@pytest.mark.parametrize("way", WAYS)
def test_a_value_means_the_same_or_is_refused(echo: Stack, tmp_path: Path, way: Way) -> None:
    table: list[tuple[Any, str | None]] = [*VALUES, *QUOTED_ONLY.items()]
    if way is as_pandas_writes_csv:  # without quotes, an empty text is written like a missing one
        table = [(value, means) for value, means in VALUES if value != ""]
    told = [(value, way(echo, tmp_path, "wt ", value)) for value, _ in table]
    assert told == table


@pytest.mark.parametrize("way", WAYS)
def test_a_name_without_its_blank_is_refused(echo: Stack, tmp_path: Path, way: Way) -> None:
    assert way(echo, tmp_path, "wt", "a") == REFUSED


def r_literal(value: Any) -> str:
    if value is None:
        return "NA_character_"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return f"{value}L"
    return json.dumps(value, ensure_ascii=False)


def test_the_r_client_means_the_same_and_so_does_its_csv(echo: Stack, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    install = ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load", f"--library={library}", str(sources())]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    table = [*VALUES, *QUOTED_ONLY.items()]
    values = ", ".join(r_literal(value) for value, _ in table)
    code = f"""
    library(anops, lib.loc = "{library}")
    url <- "{echo.client.base_url}"
    asked <- function(rows) tryCatch(
      as.character(predict_remote(url, rows)$code), anops_error = function(e) "refused", error = function(e) "refused"
    )
    read <- function(rows) {{
      file <- tempfile()
      write.csv(rows, file, row.names = FALSE)
      command <- c("-s", "-H", "content-type:text/csv", "--data-binary", paste0("@", file), paste0(url, "/predict"))
      text <- paste(system2("curl", command, stdout = TRUE), collapse = "")
      answer <- jsonlite::fromJSON(text, simplifyVector = FALSE)  # which would take the text NA as missing
      if (is.null(answer$predictions)) return("refused")
      code <- answer$predictions[[1]]$code
      if (is.null(code)) NA_character_ else code
    }}
    for (value in list({values})) {{
      rows <- data.frame(code = value, wt = 1.5, stringsAsFactors = FALSE)
      names(rows)[2] <- "wt "
      cat(jsonlite::toJSON(c(asked(rows), read(rows)), na = "null"), "\n")
    }}
    """
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(value, *each) for (value, _), each in zip(table, told, strict=True)] == [
        (value, means, means) for value, means in table
    ]
