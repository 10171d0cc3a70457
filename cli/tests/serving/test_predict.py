"""`ao predict` against a running service."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from anops_control.events import Event, EventKind, Events
from anops_control.verbs.predict import PredictRequest, run
from pyarrow import ipc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao", "predict"]
HEADER = "sepal length (cm),petal width (cm)"


def ao(folder: Path, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AO, *arguments], cwd=folder, input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    rows = "".join(f"{5 + n / 10},{n / 10}\n" for n in range(30))
    (tmp_path / "flowers.csv").write_text(f"{HEADER}\n{rows}", encoding="utf-8")
    return tmp_path


def test_pipe_gets_csv_with_a_row_for_each_row(served_petals: Any, flowers: Path) -> None:
    ended = ao(flowers, "flowers.csv", "--url", served_petals.url)

    lines = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stderr
    assert (lines[0], len(lines)) == ("prediction", 31)
    assert [float(line) for line in lines[1:]] == sorted(float(line) for line in lines[1:])
    assert ended.stderr == ""


def test_rows_come_from_a_pipe(served_petals: Any, tmp_path: Path) -> None:
    ended = ao(tmp_path, "-", "--url", served_petals.url, stdin=f"{HEADER}\n5.1,0.2\n")

    assert len(ended.stdout.splitlines()) == 2


def test_terminal_gets_a_table_of_the_first_rows(served_petals: Any, flowers: Path) -> None:
    reader, writer = pty.openpty()
    command = [*AO, "flowers.csv", "--url", served_petals.url]
    ended = subprocess.run(
        command,
        cwd=flowers,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "TERM": "dumb"},
    )
    os.close(writer)
    shown = os.read(reader, 65536).decode()
    os.close(reader)

    assert "prediction" in shown
    assert len(shown.splitlines()) == 21
    assert ended.stderr == "• … and 10 more rows; `--output FILE.csv` keeps them all.\n"


def test_predictions_go_into_a_file(served_petals: Any, flowers: Path) -> None:
    ended = ao(flowers, "flowers.csv", "--url", served_petals.url, "--output", "out.csv")

    assert ended.stdout == ""
    assert ended.stderr == "✔ The predictions are in out.csv.\n"
    assert len((flowers / "out.csv").read_text(encoding="utf-8").splitlines()) == 31


@pytest.mark.parametrize(
    "ending", [".arrow", *(pytest.param(each, marks=pytest.mark.long) for each in (".feather", ".arrows"))]
)
def test_arrow_files_come_and_go(served_petals: Any, tmp_path: Path, ending: str) -> None:
    names = HEADER.split(",")
    rows = pa.table({names[1]: [0.2, 1.3], "id": [1, 2], names[0]: [5.1, 6.2]})
    new = ipc.new_stream if ending == ".arrows" else ipc.new_file
    with new(tmp_path / f"rows{ending}", rows.schema) as writer:
        writer.write_table(rows)
    (tmp_path / "rows.csv").write_text(f"{HEADER}\n5.1,0.2\n6.2,1.3\n", encoding="utf-8")

    ended = ao(tmp_path, f"rows{ending}", "--url", served_petals.url)
    assert ended.stdout == ao(tmp_path, "rows.csv", "--url", served_petals.url).stdout
    assert "`id` was ignored" in ended.stderr

    ao(tmp_path, f"rows{ending}", "--url", served_petals.url, "--output", "out.arrows")
    with ipc.open_stream(tmp_path / "out.arrows") as answer:
        assert [f"{value!r}" for value in answer.read_all()["prediction"].to_pylist()] == ended.stdout.split()[1:]


def test_parquet_files_come_and_go_with_their_own_columns(served_petals: Any, tmp_path: Path) -> None:
    rows = pa.table({"id": [7, None, 9], LENGTH: [5.1, 6.2, 5.5], "code": ["01", None, "03"], WIDTH: [0.2, 1.3, 1.0]})
    pq.write_table(rows, tmp_path / "rows.parquet", row_group_size=2)
    (tmp_path / "rows.csv").write_text(f"{HEADER}\n5.1,0.2\n6.2,1.3\n5.5,1.0\n", encoding="utf-8")
    plain = ao(tmp_path, "rows.csv", "--url", served_petals.url).stdout

    assert ao(tmp_path, "rows.parquet", "--url", served_petals.url).stdout == plain
    ao(tmp_path, "rows.parquet", "--url", served_petals.url, "--keep", "id", "-k", "code", "--output", "out.parquet")
    answer = pq.read_table(tmp_path / "out.parquet")
    assert answer.schema.names == ["id", "code", "prediction"]
    assert answer.select(["id", "code"]).equals(rows.select(["id", "code"]))
    assert [f"{value!r}" for value in answer["prediction"].to_pylist()] == plain.split()[1:]
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    broken = ao(tmp_path, "broken.parquet", "--url", served_petals.url)
    assert broken.returncode != 0
    assert "broken.parquet can't be read as Parquet" in broken.stderr


def test_a_long_file_tells_how_much_of_it_is_sent(served_petals: Any, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text(f"{HEADER}\n" + "5.1,0.2\n" * 600_000, encoding="utf-8")
    told: list[Event] = []
    request = PredictRequest(
        file=tmp_path / "long.csv", folder=tmp_path, url=served_petals.url, output=tmp_path / "o.csv"
    )
    run(request, Events(told.append))
    amounts = [event.done / event.total for event in told if event.done is not None and event.total]
    assert amounts == sorted(amounts)
    assert amounts[-1] == 1.0
    said = [event.text for event in told if event.kind is EventKind.DOING]
    assert said[0].startswith("Sending ")
    assert said[-1] == ""
    assert len((tmp_path / "o.csv").read_text(encoding="utf-8").splitlines()) == 600_001


def test_json_is_the_services_own_answer(served_petals: Any, flowers: Path) -> None:
    told = json.loads(ao(flowers, "flowers.csv", "--url", served_petals.url, "--json").stdout)

    assert len(told["predictions"]) == 30
    assert told["model"]["name"] == "petals"


def test_hundred_thousand_rows_come_back_in_order(served_petals: Any, tmp_path: Path) -> None:
    rows = "".join(f"{n},0\n" for n in range(100_000))

    ended = ao(tmp_path, "-", "--url", served_petals.url, stdin=f"{HEADER}\n{rows}")

    values = [float(line) for line in ended.stdout.splitlines()[1:]]
    assert len(values) == 100_000
    assert values == sorted(values)


def test_refusal_names_row_and_line(served_petals: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(f"{HEADER}\n5.1,0.2\n5.1,potato\n", encoding="utf-8")

    ended = ao(tmp_path, "bad.csv", "--url", served_petals.url)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "column `petal width (cm)` must be a number" in ended.stderr
    assert "• Row 2 is line 3 of bad.csv, since line 1 is the header." in ended.stderr
    assert ended.stderr.endswith("[COLUMN_TYPE]\n")


def test_warning_goes_to_stderr(served_petals: Any, tmp_path: Path) -> None:
    ended = ao(tmp_path, "-", "--url", served_petals.url, stdin=f"{HEADER},colour\n5.1,0.2,blue\n")

    assert ended.returncode == 0
    assert len(ended.stdout.splitlines()) == 2
    assert ended.stderr == "▲ Column `colour` was ignored: the model does not use it.\n"


LENGTH, WIDTH = HEADER.split(",")


def test_own_columns_stand_before_the_predictions(served_petals: Any, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        f'id,{HEADER},"who, where"\n007,5.1,0.2,"a, ""b"""\n012,6.2,1.3,\n\n', encoding="utf-8"
    )

    some = ao(tmp_path, "rows.csv", "--url", served_petals.url, "--keep", "who, where", "-k", "id")
    plain = ao(tmp_path, "rows.csv", "--url", served_petals.url).stdout.split()[1:]

    assert some.stdout.splitlines() == ['"who, where",id,prediction', f'"a, ""b""",007,{plain[0]}', f",012,{plain[1]}"]
    assert some.stderr == ""
    whole = ao(tmp_path, "rows.csv", "--url", served_petals.url, "--keep", "all").stdout.splitlines()
    assert whole[0] == f'id,{HEADER},"who, where",prediction'
    assert whole[1] == f'007,5.1,0.2,"a, ""b""",{plain[0]}'


def test_own_columns_stand_in_json_and_arrow_too(served_petals: Any, tmp_path: Path) -> None:
    rows = "".join(f"{n:04},{n},0\n" for n in range(3000))
    (tmp_path / "rows.csv").write_text(f"id,{HEADER}\n{rows}", encoding="utf-8")
    arguments = ("rows.csv", "--url", served_petals.url, "--keep", "id")

    told = json.loads(ao(tmp_path, *arguments, "--json").stdout)
    assert [record["id"] for record in told["predictions"]] == [f"{n:04}" for n in range(3000)]
    assert told["model"]["name"] == "petals"

    ao(tmp_path, *arguments, "--output", "out.arrows")
    with ipc.open_stream(tmp_path / "out.arrows") as answer:
        table = answer.read_all()
    assert table["id"].to_pylist() == [f"{n:04}" for n in range(3000)]
    assert table["prediction"].to_pylist() == [record["prediction"] for record in told["predictions"]]


def test_own_columns_of_an_arrow_file_keep_their_types(served_petals: Any, tmp_path: Path) -> None:
    rows = pa.table({"id": [1, 2], LENGTH: [5.1, 6.2], "code": ["01", None], WIDTH: [0.2, 1.3]})
    with ipc.new_file(tmp_path / "rows.arrow", rows.schema) as writer:
        writer.write_table(rows)
    arguments = ("rows.arrow", "--url", served_petals.url, "--keep", "id", "--keep", "code")

    ao(tmp_path, *arguments, "--output", "out.arrows")
    with ipc.open_stream(tmp_path / "out.arrows") as answer:
        table = answer.read_all()
    assert table.schema.names == ["id", "code", "prediction"]
    assert table.select(["id", "code"]).equals(rows.select(["id", "code"]))
    assert [line.split(",")[:2] for line in ao(tmp_path, *arguments).stdout.splitlines()[1:]] == [
        ["1", "01"],
        ["2", ""],
    ]


def test_a_spreadsheet_of_another_country_is_read_and_answered_like_it(served_petals: Any, tmp_path: Path) -> None:
    text = f"sep=;\r\nNr;{LENGTH};{WIDTH};Ort\r\n007;5,1;0,2;Köln\r\n008;1.006,2;1,3;\r\n"
    (tmp_path / "sheet.csv").write_bytes(text.encode("cp1252"))
    (tmp_path / "plain.csv").write_text(f"{HEADER}\n5.1,0.2\n1006.2,1.3\n", encoding="utf-8")
    plain = ao(tmp_path, "plain.csv", "--url", served_petals.url).stdout.split()[1:]

    refused = ao(tmp_path, "sheet.csv", "--url", served_petals.url)
    assert refused.returncode == 2
    assert "the word there is Köln" in refused.stderr
    assert "add --encoding cp1252" in refused.stderr

    arguments = ("sheet.csv", "--url", served_petals.url, "--encoding", "cp1252", "--keep", "Nr", "--keep", "Ort")
    ended = ao(tmp_path, *arguments)
    assert "decimal comma: 5,1 is 5.1" in ended.stderr
    assert ended.stdout.splitlines() == ["Nr,Ort,prediction", f"007,Köln,{plain[0]}", f"008,,{plain[1]}"]

    ao(tmp_path, *arguments, "--like-input", "--output", "out.csv")
    lines = (tmp_path / "out.csv").read_bytes().decode("cp1252").split("\r\n")
    assert lines[:2] == ["Nr;Ort;prediction", f"007;Köln;{plain[0].replace('.', ',')}"]


def test_a_number_that_may_be_two_is_refused_until_it_is_told(served_petals: Any, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(f"{LENGTH};{WIDTH}\n1,234;1\n", encoding="utf-8")

    refused = ao(tmp_path, "sheet.csv", "--url", served_petals.url)
    assert refused.returncode == 2
    assert "1.234 with a decimal comma and 1234 with a decimal point" in refused.stderr
    answers = [
        ao(tmp_path, "sheet.csv", "--url", served_petals.url, "--decimal", mark).stdout.split()[1] for mark in ",."
    ]
    assert len(set(answers)) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--keep", "nr"), "✖ flowers.csv has no column `nr` to keep."),
        (("--separator", "ab"), "✖ `--separator` must be a single sign, not `ab`."),
        (("--encoding", "latin-99"), "✖ There is no encoding `latin-99`."),
    ],
)
def test_a_wrong_word_about_the_file_is_told(
    served_petals: Any, flowers: Path, arguments: tuple[str, ...], message: str
) -> None:
    ended = ao(flowers, "flowers.csv", "--url", served_petals.url, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith(message)


def test_a_column_called_like_the_predictions_can_not_be_kept(served_petals: Any, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"prediction,{HEADER}\n1,5.1,0.2\n", encoding="utf-8")
    ended = ao(tmp_path, "rows.csv", "--url", served_petals.url, "--keep", "all")
    assert ended.returncode == 2
    assert "Can't keep column `prediction` of rows.csv" in ended.stderr


def test_unknown_option_is_refused_by_name(served_petals: Any, flowers: Path) -> None:
    ended = ao(flowers, "flowers.csv", "--url", served_petals.url, "--option", "level=0.9")

    assert ended.returncode == 1
    assert "`level`" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("gone.csv",), 2, "✖ There is no file `gone.csv`."),
        (("rows.xlsx",), 2, "✖ `rows.xlsx` must be a CSV, Parquet or Arrow file."),
        ((".",), 2, "✖ `.` is a folder; it must be a file of rows."),
        (("flowers.csv", "--option", "level"), 2, "✖ `--option` must be NAME=VALUE, not `level`."),
        (("flowers.csv", "--url", "ftp://x"), 2, "✖ `--url` must be the address of a service, not `ftp://x`."),
        (("flowers.csv", "--url", "http://[x"), 2, "✖ `--url` must be the address of a service"),
        (("flowers.csv", "--url", "127.0.0.1:1/predict"), 5, "✖ Can't reach http://127.0.0.1:1."),
    ],
)
def test_what_cannot_be_is_told_in_words(flowers: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    ended = ao(flowers, *arguments)

    assert ended.returncode == code
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr


def test_service_that_is_not_there_says_how_to_start_it(flowers: Path) -> None:
    ended = ao(flowers, "flowers.csv", "--url", "http://127.0.0.1:1")

    assert "→ Start it with `ao serve` in the project's folder, or say where it is with `--url`." in ended.stderr


def test_port_comes_from_the_project(flowers: Path) -> None:
    text = '[project]\nname = "a"\nlanguage = "r"\n[model]\nartifact = "m.rds"\n[service]\nport = 1\n'
    (flowers / "ao.toml").write_text(text, encoding="utf-8")

    assert ao(flowers, "flowers.csv").stderr.startswith("✖ Can't reach http://127.0.0.1:1.")


@pytest.fixture
def stranger() -> Iterator[str]:
    """A service that is none of ours."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"hi")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_program_that_is_no_service_is_told(flowers: Path, stranger: str) -> None:
    ended = ao(flowers, "flowers.csv", "--url", stranger)

    assert ended.returncode == 5
    assert f"{stranger} answered with status 200, which is not how a service of AnOps answers." in ended.stderr
