"""Whatever is sent, and however it fails: the caller gets a problem, and the log no value."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pyarrow as pa
import pytest
from stack import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MARK = "Qx7Zq"
"""Part of every value that is sent as text."""
NUMBER = 84712.4711
WHOLE = 984712471
DAY, MOMENT = "2031-07-19", "2031-07-19T04:47:11Z"
TRACES = (MARK, "84712", "984712471", "2031-07-19", "04:47:11", "1942112831")
"""What no log may hold; the last is the moment in seconds."""

MODEL = {
    "python": """
import os, signal, time, warnings
def predict_model(model, data, how="fine", level=0.5):
    seen = " ".join(map(str, data.iloc[0].tolist()))
    if how == "raises":
        raise ValueError("can't use " + seen)
    if how == "raises badly":
        raise RuntimeError("can't use \\ud800" + seen)
    if how == "warns":
        warnings.warn("odd: " + seen)
        warnings.warn("odd: " + seen, FutureWarning)
    if how == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "hangs":
        time.sleep(60)
    if how == "is slow":
        time.sleep(0.4)
    if how == "short":
        return [seen] * (len(data) + 1)
    if how == "wrong":
        return [object()] * len(data)
    if how == "half a character":
        return ["\\udc00" + seen] * len(data)
    return ["fine"] * len(data)
""",
    "r": """
predict_model <- function(model, newdata, how = "fine", ...) {
  seen <- paste(vapply(newdata, function(x) format(x[1], digits = 15), ""), collapse = " ")
  if (how == "raises") stop("can't use ", seen)
  if (how == "raises badly") stop("can't use \\xed\\xa0\\x80", seen)
  if (how == "warns") { warning("odd: ", seen); message("odd: ", seen) }
  if (how == "dies") tools::pskill(Sys.getpid(), tools::SIGKILL)
  if (how == "hangs") Sys.sleep(60)
  if (how == "is slow") Sys.sleep(0.4)
  if (how == "short") return(rep(seen, nrow(newdata) + 1))
  if (how == "wrong") return(list(function() seen))
  if (how == "half a character") return(rep(paste0("\\xed\\xa0\\x80", seen), nrow(newdata)))
  rep("fine", nrow(newdata))
}
""",
}
HOWS = ["raises", "raises badly", "warns", "dies", "hangs", "short", "wrong", "half a character", "fine", MARK]
GOOD: dict[str, Any] = {
    "n": NUMBER, "i": WHOLE, "b": True, "s": MARK, "c": "known", "d": DAY, "t": MOMENT,
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "n": [MARK, True, [NUMBER], {MARK: NUMBER}, 10 * NUMBER, "1e999" + MARK, None, f"\ud800{MARK}"],
    "i": [WHOLE + 0.5, MARK, 10**30 + WHOLE, NUMBER * 1e6],
    "b": [MARK, WHOLE, NUMBER],
    "s": [WHOLE, [MARK], f"\udfff{MARK}", None],
    "c": [MARK, f"{MARK}\ud83d", NUMBER],
    "d": [f"{DAY}{MARK}", MOMENT + MARK, WHOLE, f"\ud800{DAY}"],
    "t": [f"{MOMENT}{MARK}", DAY + MARK, WHOLE],
}
"""Values that do not fit: of the wrong type, out of range, unknown levels, halves of characters."""


def write(folder: Path, language: str, *, row_independent: bool) -> Path:
    folder.mkdir(parents=True)
    code = "model.R" if language == "r" else "model.py"
    (folder / code).write_text(MODEL[language], encoding="utf-8")
    (folder / "ao.toml").write_text(
        f"""[project]
name = "m"
language = "{language}"
[model]
code = "{code}"
row_independent = {str(row_independent).lower()}
[model.inputs]
n = {{ type = "number", max = 100000, missing = "error" }}
i = {{ type = "integer", missing = "error" }}
b = {{ type = "boolean", missing = "error" }}
s = {{ type = "string", missing = "error" }}
c = {{ type = "category", levels = ["known"], missing = "error" }}
d = {{ type = "date", missing = "error" }}
t = {{ type = "datetime", missing = "error" }}
[model.outputs]
prediction = {{ type = "string" }}
[model.options]
how = {{ type = "string", default = "fine" }}
level = {{ type = "number", max = 1, default = 0.5 }}
[service]
workers = 1
deadline_seconds = 1
""",
        encoding="utf-8",
    )
    return folder


@contextmanager
def logged(module: str, log: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, "--port", "0"], stdout=subprocess.PIPE, stderr=file, text=True
        )
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())["port"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=90)
        process.stdout.close()


def as_json(row: dict[str, Any], how: str, columns: bool) -> dict[str, Any]:
    data: Any = {name: [value] * 2 for name, value in row.items()} if columns else [row, row]
    content = json.dumps({"data": data, "options": {"how": how}}).encode()
    return {"content": content, "headers": {"content-type": "application/json"}}


def as_csv(row: dict[str, Any], how: str) -> dict[str, Any]:
    texts = ["NA" if value is None else str(value).encode("utf-8", "replace").decode() for value in row.values()]
    line = ",".join('"' + text.replace('"', '""') + '"' if not text.isalnum() else text for text in texts)
    content = f"{','.join(row)}\n{line}\n{line}\n".encode()
    return {"content": content, "headers": {"content-type": "text/csv"}, "params": {"how": how}}


def as_arrow(row: dict[str, Any], how: str) -> dict[str, Any] | None:
    try:
        table = pa.table({name: [value, value] for name, value in row.items()})
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return None
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return {
        "content": out.getvalue(),
        "headers": {"content-type": "application/vnd.apache.arrow.stream"},
        "params": {"how": how},
    }


BODIES: list[Callable[[dict[str, Any], str], dict[str, Any] | None]] = [
    lambda row, how: as_json(row, how, columns=False),
    lambda row, how: as_json(row, how, columns=True),
    as_csv,
    as_arrow,
]


def broken_bodies() -> Iterator[dict[str, Any]]:
    """Return bodies that are wrong as a whole."""
    good = as_json(GOOD, "fine", columns=False)["content"]
    for content in (
        good[:-4],
        good.replace(b'"data"', f'"{MARK}"'.encode()),
        good + MARK.encode(),
        b'{"data": [{"\\ud800%s": 1}]}' % MARK.encode(),
        b'{"data": [{"n": 1}], "options": {"\\udc00%s": "%s"}}' % (MARK.encode(), MARK.encode()),
        b'{"data": [{"n": 1}], "options": {"how": "\\udc00%s"}}' % MARK.encode(),
        b'{"data": [{"n": 1}], "options": {"level": "%s"}}' % MARK.encode(),
        b'{"data": [{"n": NaN, "s": "%s"}]}' % MARK.encode(),
        b'{"data": ["%s"]}' % MARK.encode(),
        b'{"data": "\\ud800%s"}' % MARK.encode(),
        b'"\\ud800%s"' % MARK.encode(),
        b'{"data": [{"s": "%s' % MARK.encode() + b'\xed\xa0\x80"}]}',
        b'{"\\ud800": "%s"}' % MARK.encode(),
    ):
        yield {"content": content, "headers": {"content-type": "application/json"}}
    rows = as_csv(GOOD, "fine")["content"]
    for content, charset in (
        (rows + b'1,"' + MARK.encode(), "utf-8"),
        (rows + MARK.encode() + b"\n", "utf-8"),
        (rows.replace(b"n,i", b"n,n"), "utf-8"),
        (rows.replace(MARK.encode(), b"+2AA-"), "utf-7"),
        (rows.replace(MARK.encode(), b"\\ud800"), "unicode_escape"),
        (rows + b"\xff\xfe", "utf-8"),
        (rows, "utf-16"),
        (rows, "idna"),
        (rows, MARK),
    ):
        yield {"content": content, "headers": {"content-type": f"text/csv; charset={charset}"}}
        yield {"content": content, "headers": {"content-type": f"application/json; charset={charset}"}}
    arrow = as_arrow(GOOD, "fine")
    assert arrow is not None
    for content in (arrow["content"][:-40], arrow["content"][:200], arrow["content"] + MARK.encode(), rows):
        yield {"content": content, "headers": arrow["headers"]}
    for query in (f"how={MARK}&level={MARK}", f"{MARK}=1", "how=%ED%A0%80" + MARK, "level=nan", "%ff=%fe" + MARK):
        yield {**as_json(GOOD, "fine", columns=False), "params": query}
        yield {**as_csv(GOOD, "fine"), "params": query}
    yield {"content": good, "headers": {"content-type": MARK, "accept": MARK, "x-request-id": b"\x80" + MARK.encode()}}
    yield {"content": good, "headers": {"content-type": b"application/json\xed\xa0\x80", "accept": b"\xed\xa0\x80"}}


def requests() -> Iterator[dict[str, Any]]:
    made = [body(GOOD, how) for how in HOWS for body in BODIES]
    made += [body({**GOOD, name: value}, "fine") for name, values in BAD.items() for value in values for body in BODIES]
    yield from (request for request in made if request is not None)
    yield from broken_bodies()
    yield {"content": b'{"data": [{"s": "%s' % (MARK.encode() * 400_000)}


@pytest.fixture(params=[True, False], ids=["batches", "whole"])
def project(tmp_path: Path, language: str, request: pytest.FixtureRequest) -> Path:
    return write(tmp_path / "project", language, row_independent=bool(request.param))


def test_no_value_that_was_sent_is_in_a_log_however_it_fails(project: Path, tmp_path: Path) -> None:
    logs = tmp_path / "model.log", tmp_path / "api.log"
    with (
        logged("anops_model_service", logs[0], "--project", str(project)) as (model, model_port),
        logged(
            "anops_api_service", logs[1], "--model-url", f"127.0.0.1:{model_port}", "--max-queue", "3",
            "--max-body-mb", "1", "--log-level", "debug",
        ) as (_, port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):  # fmt: skip
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        codes: list[str] = []
        for request in requests():
            answer = client.post("/predict", **request)
            kind = answer.headers["content-type"]
            assert answer.status_code == 200 or kind == "application/problem+json", (request, answer.text)
            codes.append("" if answer.status_code == 200 else answer.json()["code"])
            assert codes[-1] != "INTERNAL", (request, answer.text)
        assert codes.count("") > 8
        assert {"MODEL_FAILED", "MODEL_OUTPUT", "WORKER_DIED", "DEADLINE", "COLUMN_TYPE", "BODY_SYNTAX"} <= {*codes}
        leave(client, model)
    # stopped by now: what is gathered is written
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace")
        assert text
        lines = [line for line in text.splitlines() if any(trace in line for trace in TRACES)]
        assert not lines, (log.name, lines[:5])


def leave(client: httpx.Client, model: subprocess.Popen[str]) -> None:
    """Have requests refused by a full queue, given up by their clients, and cut off with the model-service."""
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: client.post("/predict", **as_json(GOOD, "is slow", columns=False)), range(12)))
    for body in BODIES:
        request = body(GOOD, "is slow")
        assert request is not None
        with suppress(httpx.TimeoutException):
            client.post("/predict", **request, timeout=0.1)
    time.sleep(0.5)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(client.post, "/predict", **as_json(GOOD, "is slow", columns=False)) for _ in range(2)]
        time.sleep(0.1)
        psutil.Process(model.pid).suspend()
        time.sleep(0.1)
        model.kill()
        for answer in asked:
            assert answer.result().status_code in {200, 503, 504}, answer.result().text
