"""The reference rows get, in a project's own test, the types that the runtime gives to a request's rows."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pandas as pd
from anops_control.init.reference_files import example_csv, first_row, reference_json, without_gap
from anops_control.init.row_conversions import python_answered, python_lines, r_answered, r_lines
from anops_control.init.templates import example_values, render
from anops_model_interface.schema import Schema
from anops_project.frame_json import frame_from_json
from anops_worker.data_frames import to_pandas

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = Schema.of(
    {
        "inputs": {
            "wt": "number",
            "huge": "number",
            "none at all": "number",
            "n": "integer",
            "n.some": "integer",
            "yes": "boolean",
            "yes?": "boolean",
            "größe": "string",
            "x y": "string",
            "kind": {"type": "category", "levels": ["auto", "man ual"]},
            "many": {"type": "category", "levels": [f"level number {i}" for i in range(30)], "ordered": True},
            "day": "date",
            "naive": "datetime",
            "at": {"type": "datetime", "timezone": "Europe/Berlin"},
        },
        "outputs": {"prediction": "number"},
    }
)
ROWS: dict[str, Any] = {
    "columns": {
        "wt": [1.0, None],
        "huge": ["Inf", 1e300],
        "none at all": [None, None],
        "n": [1, 2],
        "n.some": [1, None],
        "yes": [True, False],
        "yes?": [True, None],
        "größe": ["NA", None],
        "x y": ["Inf", "b"],
        "kind": ["man ual", None],
        "many": ["level number 7", "level number 0"],
        "day": ["2026-03-29", None],
        "naive": ["2026-03-29T01:30:00Z", None],
        "at": ["2026-03-29T00:30:00Z", "2026-07-01T10:00:00.5Z"],
    }
}
PREDICTIONS = {"columns": {"prediction": [1.0, 2.0]}}


def _project(language: str, folder: Path, **more: object) -> Path:
    values = {**example_values(language), **more}  # type: ignore[arg-type]
    project = render(language, values, folder)  # type: ignore[arg-type]
    (project / "tests" / "reference.json").write_text(reference_json(ROWS, PREDICTIONS), encoding="utf-8")
    return project


def test_pandas_rows_are_those_of_the_runtime(tmp_path: Path) -> None:
    lines = python_lines(ROWS, SCHEMA)
    project = _project("python", tmp_path, _conversions=lines, _defines_load=False, _defines_predict=False)
    spec = importlib.util.spec_from_file_location("rendered_test", project / "tests" / "test_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    rows, _ = module.reference()

    expected = to_pandas(frame_from_json(ROWS, SCHEMA.inputs), SCHEMA.inputs)
    expected["at"] = expected["at"].dt.tz_convert("Europe/Berlin")  # the same zone, by pandas' own class
    pd.testing.assert_frame_equal(rows, expected)


R_CODE = """
predict_model <- function(model, newdata, ...) {
  stopifnot(
    is.numeric(newdata$wt), is.na(newdata$wt[2]),
    identical(newdata$huge, c(Inf, 1e300)),
    identical(newdata[["none at all"]], c(NA_real_, NA_real_)),
    identical(newdata$n, 1:2), identical(newdata$n.some, c(1L, NA)),
    identical(newdata$yes, c(TRUE, FALSE)), identical(newdata[["yes?"]], c(TRUE, NA)),
    identical(newdata[["größe"]], c("NA", NA)), identical(newdata[["x y"]], c("Inf", "b")),
    identical(newdata$kind, factor(c("man ual", NA), levels = c("auto", "man ual"))),
    is.ordered(newdata$many), nlevels(newdata$many) == 30,
    identical(newdata$day, as.Date(c("2026-03-29", NA))),
    format(newdata$naive[1], tz = "UTC") == "2026-03-29 01:30:00",
    format(newdata$at[1]) == "2026-03-29 01:30:00",
    attr(newdata$at, "tzone") == "Europe/Berlin"
  )
  c(1, 2)
}
"""


def test_r_rows_have_the_types_of_the_schema(tmp_path: Path) -> None:
    lines = r_lines(ROWS, SCHEMA)
    project = _project("r", tmp_path, _conversions=lines, _artifact="", _defines_load=False)
    (project / "model.R").write_text(R_CODE, encoding="utf-8")
    ended = subprocess.run(["Rscript", "tests/testthat.R"], cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert max(map(len, lines.splitlines())) <= 80


def test_the_example_rows_are_a_csv_file_in_which_missing_and_text_differ() -> None:
    chosen = {"columns": {name: ROWS["columns"][name] for name in ("wt", "huge", "yes?", "größe", "kind")}}
    assert example_csv(chosen) == 'wt,huge,yes?,größe,kind\n1,Inf,true,"NA",man ual\n,1e+300,,,\n'


def test_text_that_csv_could_misread_is_quoted() -> None:
    assert example_csv({"columns": {'a "b"': ["x,y", "", " z", 'q"', "two\nlines"]}}) == (
        '"a ""b"""\n"x,y"\n""\n" z"\n"q"""\n"two\nlines"\n'
    )


def test_the_row_to_show_is_one_without_missing_values() -> None:
    rows = {"columns": {"wt": [None, 2.0, 3.5], "kind": ["auto", None, "man ual"]}}
    assert first_row(rows, SCHEMA) == {"wt": 3.5, "kind": "man ual"}


def test_without_rows_the_row_to_show_is_made_up_of_what_is_allowed() -> None:
    schema = Schema.of(
        {
            "inputs": {
                "a": {"type": "number", "min": 7},
                "b": {"type": "number", "values": [4, 6]},
                "c": {"type": "category", "levels": ["lo", "hi"]},
                "d": "date",
                "e": "boolean",
            }
        }
    )
    assert first_row(None, schema) == {"a": 7, "b": 4, "c": "lo", "d": "2026-01-31", "e": True}


def test_reference_rows_without_columns_keep_their_number() -> None:
    written = json.loads(reference_json({"columns": {}, "rows": 3}, {"columns": {"prediction": [1.5, 1.5, 1.5]}}))
    assert written["rows"] == {"columns": {}, "rows": 3}


def test_a_row_made_to_show_a_missing_value_is_no_example() -> None:
    assert without_gap({"columns": {"a": [1, 2, None]}}) == {"columns": {"a": [1, 2]}}
    for kept in ([None, 2], [1, None, None], [None], [1, 2]):
        assert without_gap({"columns": {"a": kept}}) == {"columns": {"a": kept}}


def test_rows_that_predict_may_leave_out_are_no_part_of_the_projects_own_test() -> None:
    missing, complete = {"columns": {"p": [1, None]}}, {"columns": {"p": [1, 2]}}
    assert "answered <- complete.cases(expected)" in r_answered(missing)
    assert "rows, expected = rows[answered], expected[answered]" in python_answered(missing)
    assert r_answered(complete) == python_answered(complete) == python_answered(None) == ""
