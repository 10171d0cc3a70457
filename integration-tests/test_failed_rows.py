"""A file of which some rows can't be predicted, and one that is broken off: in both languages."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

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

INPUTS = 'a = { type = "number", max = 100 }\nb = "number"'
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
    with pytest.raises(CommandError, match="predicted into a CSV file"):
        run(request(file, url, keep=(), output=None), Events())
