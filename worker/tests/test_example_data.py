from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec
from anops_worker.python_describe.example_data import missing_texts_notes, offset_notes, read_example, spec_of
from anops_worker.python_describe.rows import frame_of

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, text: str, encoding: str = "utf-8") -> pd.DataFrame:
    (folder / "example.csv").write_text(text, encoding=encoding)
    return read_example(folder / "example.csv")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ("1\n2\n", "number"),
        ("1.5\nNA\n", "number"),
        ("true\nfalse\n", "boolean"),
        ("TRUE\nNA\n", "boolean"),
        ("2026-01-05\n2026-12-31\n", "date"),
        ("2026-01-05 10:00\n2026-12-31 09:00\n", "datetime"),
        ("2026-01-05T10:00:00Z\nNA\n", "datetime"),
        ("no\nyes\n", "category"),
        ("None\nsome\n", "category"),
    ],
)
def test_a_column_is_what_its_values_are(tmp_path: Path, values: str, kind: str) -> None:
    data = read(tmp_path, f"x\n{values}")
    spec = spec_of(data["x"])
    assert spec.type == kind
    frame = frame_of(data, {"x": spec})
    assert frame["x"].is_missing().tolist() == [value == "NA" for value in values.splitlines()]


def test_text_that_hardly_repeats_is_text() -> None:
    assert spec_of(pd.Series([f"remark {i}" for i in range(50)])).type == "string"


def test_levels_are_in_order_and_missing_ones_are_none(tmp_path: Path) -> None:
    data = read(tmp_path, "x\nyes\nno\nNA\nyes\n")
    assert spec_of(data["x"]).levels == ("no", "yes")


def test_semicolons_and_decimal_commas_are_recognised(tmp_path: Path) -> None:
    data = read(tmp_path, "größe;art\n1,5;a\n2,25;b\n", encoding="utf-8-sig")
    assert data["größe"].tolist() == [1.5, 2.25]


def test_row_names_of_r_are_no_column(tmp_path: Path) -> None:
    assert list(read(tmp_path, '"","wt"\n"1",2.5\n').columns) == ["wt"]


def test_every_digit_of_a_number_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "x\n-0.11239880254408448\n")["x"].tolist() == [-0.11239880254408448]


@pytest.mark.parametrize(("text", "message"), [("", "Can't read example.csv"), ("x\n", "it has no rows")])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AnOpsError, match=message):
        read(tmp_path, text)


def test_codes_with_leading_zeros_stay_text(tmp_path: Path) -> None:
    data = read(tmp_path, "zip,n\n01067,1\n80331,2\nNA,3\n")
    assert data["zip"].tolist() == ["01067", "80331", None]
    assert spec_of(data["zip"]).levels == ("01067", "80331")
    assert data["n"].tolist() == [1, 2, 3]
    assert read(tmp_path, "x\n0\n0.5\n10\n")["x"].tolist() == [0.0, 0.5, 10.0]


def test_na_is_the_level_of_that_name_where_the_model_has_one(tmp_path: Path) -> None:
    (tmp_path / "example.csv").write_text("country,n\nNA,1\nZA,2\n,3\n")
    known = {"country": ColumnSpec(type="category", levels=("BW", "NA", "ZA"))}
    data = read_example(tmp_path / "example.csv", known)
    assert data["country"].tolist() == ["NA", "ZA", None]
    assert missing_texts_notes(data, known) == []


def test_na_in_a_text_whose_levels_nobody_knows_is_missing_and_told(tmp_path: Path) -> None:
    data = read(tmp_path, "country,n\nZA,NA\nNA,2\nNA,3\n")
    specs = {name: spec_of(data[name]) for name in data}
    assert specs["country"].levels == ("ZA",)
    (note,) = missing_texts_notes(data, specs)
    assert "Column `country`: NA in row 2 and 1 more of the example rows was read as missing" in note


@pytest.mark.parametrize(("cell", "level"), [("4.0", "4"), ("04", "04"), ("4", "4")])
def test_a_number_is_the_level_that_is_written_like_it(tmp_path: Path, cell: str, level: str) -> None:
    (tmp_path / "example.csv").write_text(f"x\n{cell}\n")
    known = {"x": ColumnSpec(type="category", levels=("4", "6"))}
    assert read_example(tmp_path / "example.csv", known)["x"].tolist() == [level]


def test_blanks_that_belong_to_a_name_are_kept(tmp_path: Path) -> None:
    (tmp_path / "example.csv").write_text("wt , hp\n1,2\n")
    assert list(read_example(tmp_path / "example.csv", {"wt ": ColumnSpec(type="number")})) == ["wt ", "hp"]


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC"), (timezone(timedelta(hours=1)), None), (None, None)],
)
def test_moments_of_a_data_frame_tell_their_time_zone(zone: str | timezone | None, told: str | None) -> None:
    moments = pd.Series(pd.date_range("2026-03-29 01:30", periods=3, freq="h", tz=zone))
    assert (spec_of(moments).type, spec_of(moments).timezone) == ("datetime", told)


def test_moments_of_example_rows_with_an_offset_are_told(tmp_path: Path) -> None:
    rows = "at,utc,plain,text\n2026-01-05 10:00:00+01:00,2026-01-05T10:00:00Z,2026-01-05 10:00,so\n"
    data = read(tmp_path, rows)
    (said,) = offset_notes(data, {str(name): spec_of(data[name]) for name in data})
    assert "`at` is read as UTC, and the example rows have it at +01:00" in said
    assert offset_notes(data, {"at": ColumnSpec(type="datetime", timezone="Europe/Berlin")}) == []
