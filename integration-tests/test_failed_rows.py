"""A file of which some rows can't be predicted, and one that is broken off: in both languages."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from anops_control.errors import CommandError
from anops_control.events import CancelledError, Event, EventKind, Events
from anops_control.predicting import piecewise
from anops_control.verbs.predict import PredictRequest, run
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INPUTS = 'a = { type = "number", max = 100, seen = [0, 50] }\nb = "number"'
CODE = {
    "r": """predict_model <- function(model, newdata, ...) {
  if (any(newdata$b == 13)) stop("no thirteen")
  data.frame(prediction = newdata$a + newdata$b, twice = 2 * newdata$a)
}
""",
    "python": """def predict_model(model, data):
    if (data["b"] == 13).any():
        raise ValueError("no thirteen")
    return {"prediction": data["a"] + data["b"], "twice": 2 * data["a"]}
""",
}
LINES = ["id;a;b", *(f"row {i};{i},5;{i}" for i in range(30)), "'quoted;1,5;2"]


@pytest.fixture(scope="module", params=["r", "python"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    language = str(request.param)
    folder = write_project(
        tmp_path_factory.mktemp(language),
        language,
        "sum",
        inputs=INPUTS,
        outputs='prediction = "number"\ntwice = "number"',
        row_independent=True,
    )
    (folder / ("model.R" if language == "r" else "model.py")).write_text(
        ("load_model <- function(path) NULL\n" if language == "r" else "def load_model(path):\n    return None\n\n\n")
        + CODE[language]
    )
    with serving(folder, "--workers", "1") as stack:
        yield str(stack.client.base_url)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(piecewise, "PIECE_ROWS", 8)
    lines = list(LINES)
    lines[3] = "row 2;2,5;13"  # the model fails over it
    lines[13] = "row 12;lots;4"  # no number
    lines[14] = "row 13;101;4"  # out of range
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n\n")
    return path


def request(file: Path, url: str, **more: Any) -> PredictRequest:
    told: dict[str, Any] = {"keep": ("id",), "output": file.parent / "out.csv", "failed": file.parent / "failed.csv"}
    return PredictRequest(file=file, folder=file.parent, url=url, **told | more)


def until(text: str) -> Events:
    """Return events whose verb is wanted no more once it tells this."""
    events = Events(lambda event: events.cancel() if text in event.text else None)
    return events


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_what_can_be_predicted_is_and_the_rest_is_told_with_its_reasons(file: Path, url: str) -> None:
    result = run(request(file, url), Events())
    assert (result.rows, result.failed) == (31, 3)
    found = records(file.parent / "out.csv")
    assert [each["id"] for each in found] == [*(f"row {i}" for i in range(30)), "'quoted"]
    gone = {2, 12, 13}
    for i, each in enumerate(found[:30]):
        expected = ("NA", "NA") if i in gone else (str(2 * i + 0.5), str(2 * i + 1.0))
        assert (each["prediction"], each["twice"]) == expected, i
    failed = records(file.parent / "failed.csv")
    assert [(each["row"], each["column"], each["id"]) for each in failed] == [
        ("3", "", "row 2"),
        ("13", "a", "row 12"),
        ("14", "a", "row 13"),
    ]
    assert "no thirteen" in failed[0]["why"]
    assert failed[1]["why"].startswith("expected a number")
    assert "lots" in failed[1]["why"]
    assert "101" in failed[2]["why"]
    assert sorted(each.name for each in file.parent.iterdir()) == ["failed.csv", "out.csv", "rows.csv"]


def test_what_was_broken_off_goes_on(file: Path, url: str) -> None:
    run(request(file, url), Events())
    whole = [(file.parent / name).read_bytes() for name in ("out.csv", "failed.csv")]
    again = file.parent / "again"
    again.mkdir()
    asked = request(file, url, output=again / "out.csv", failed=again / "failed.csv")
    for done in (8, 16):
        with pytest.raises(CancelledError):
            run(asked, until(f"{done} rows done"))
        assert not (again / "out.csv").exists()
    told: list[Event] = []
    run(asked, Events(told.append))
    notes = [event.text for event in told if event.kind is EventKind.NOTE]
    assert "Continuing after row 16, where it was interrupted." in notes
    assert [(again / name).read_bytes() for name in ("out.csv", "failed.csv")] == whole


def test_a_second_run_into_the_same_file_is_refused_and_spoils_nothing(file: Path, url: str) -> None:
    refused: list[CommandError] = []

    def begin_another(event: Event) -> None:
        if "16 rows done" in event.text and not refused:
            for other in ({"keep": ()}, {"output": file.parent / "other.csv"}):
                with pytest.raises(CommandError) as caught:
                    run(request(file, url, **other), Events())
                refused.append(caught.value)

    run(request(file, url), Events(begin_another))
    texts = [each.message for each in refused]
    assert ["out.csv" in texts[0], "failed.csv" in texts[1]] == [True, True]
    assert all("by another command" in text for text in texts)
    assert [each["id"] for each in records(file.parent / "out.csv")[:30]] == [f"row {i}" for i in range(30)]
    assert [each["row"] for each in records(file.parent / "failed.csv")] == ["3", "13", "14"]
    assert sorted(each.name for each in file.parent.iterdir()) == ["failed.csv", "out.csv", "rows.csv"]


def test_a_file_that_has_changed_begins_anew(file: Path, url: str) -> None:
    with pytest.raises(CancelledError):
        run(request(file, url), until("8 rows done"))
    file.write_text("id;a;b\nother;1,5;1\n")
    result = run(request(file, url), Events())
    assert (result.rows, result.failed) == (1, 0)
    assert records(file.parent / "out.csv") == [{"id": "other", "prediction": "2.5", "twice": "3.0"}]
    assert not (file.parent / "failed.csv").exists()


def test_a_file_whose_rows_all_fail_has_the_columns_of_predictions_all_the_same(file: Path, url: str) -> None:
    file.write_text("a,b\nx,1\ny,2\n")
    result = run(request(file, url, keep=()), Events())
    assert result.failed == 2
    assert records(file.parent / "out.csv") == [{"prediction": "NA", "twice": "NA"}] * 2


def test_what_is_wrong_with_all_rows_is_an_error(file: Path, url: str) -> None:
    file.write_text("a\n1\n")
    with pytest.raises(Exception, match="`b`"):
        run(request(file, url, keep=()), Events())
    with pytest.raises(CommandError, match="predictions go into a file"):
        run(request(file, url, keep=(), output=None), Events())


@pytest.mark.parametrize("ending", ["parquet", "arrow", "arrows"])
def test_parquet_and_arrow_go_on_too_with_types_and_rows_in_order(
    tmp_path: Path, url: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piecewise, "PIECE_ROWS", 5)
    names = ["arrows" if ending == "arrow" else ending, "csv"]
    table = pa.table(
        {
            "id": pa.array([None if i == 5 else i for i in range(24)], pa.int32()),
            "a": [float(i) for i in range(12)] + [101.0] * 2 + [float(i) for i in range(14, 24)],
            "b": [13 if i < 9 else i for i in range(24)],
        }
    )
    path = tmp_path / f"rows.{ending}"
    if ending == "parquet":
        pq.write_table(table, path, row_group_size=5)
    else:
        with (pa.ipc.new_file if ending == "arrow" else pa.ipc.new_stream)(path, table.schema) as writer:
            writer.write_table(table, 5)
    for name in names:
        output = tmp_path / f"out.{name}"
        asked = request(path, url, output=output, form="csv" if name == "csv" else "arrow", keep=("id",))
        asked = replace(asked, failed=tmp_path / f"failed-{name}.csv")
        for done in (5, 15):  # all rows of the first piece fail: their columns are known later
            with pytest.raises(CancelledError):
                run(asked, until(f"{done} rows done"))
        result = run(asked, Events())
        assert (result.rows, result.failed) == (24, 11)
    twice = [None if i < 9 or i in {12, 13} else 2.0 * i for i in range(24)]
    read = pq.read_table if ending == "parquet" else lambda path: pa.ipc.open_stream(path).read_all()
    made = read(tmp_path / f"out.{names[0]}")
    assert made.column("id").to_pylist() == table.column("id").to_pylist()
    assert made.schema.field("id").type == pa.int32()
    assert made.schema.field("twice").type == pa.float64()
    assert made.column("twice").to_pylist() == twice
    rows = records(tmp_path / "out.csv")
    assert [each["twice"] for each in rows] == ["NA" if value is None else str(value) for value in twice]
    assert [each["id"] for each in rows] == ["" if i == 5 else str(i) for i in range(24)]
    failed = records(tmp_path / "failed-csv.csv")
    assert [int(each["row"]) for each in failed] == [*range(1, 10), 13, 14]
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(
        [path.name, *(f"out.{name}" for name in names), *(f"failed-{name}.csv" for name in names)]
    )


def test_warnings_of_pieces_are_one_with_the_rows_of_the_file(file: Path, url: str) -> None:
    file.write_text("a,b,more\n" + "".join(f"{60 if i in {3, 11, 12} else i},{i},x\n" for i in range(16)))
    result = run(request(file, url, keep=()), Events())
    assert result.rows == 16
    told = {(each["kind"], each["column"]): each for each in result.warnings}
    assert set(told) == {("ignored", "more"), ("extrapolation", "a")}
    outside = told["extrapolation", "a"]
    assert outside["rows"] == [4, 12, 13]
    assert outside["message"].endswith("in 3 rows.")
