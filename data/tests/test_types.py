"""Types, levels, time zones and missing values arrive in R and in Python, whatever a dataset is stored as."""

from __future__ import annotations

import datetime as dt
import subprocess
from decimal import Decimal
from typing import TYPE_CHECKING

import anops
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from anops_control.errors import CommandError
from desks import SALES, Desk, in_r

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pa.table(
    {
        "whole": pa.array([1, None, -3], pa.int32()),
        "long": pa.array([2**53 + 1, None, -(2**53) - 1], pa.int64()),
        "half": pa.array([0.5, None, float("nan")]),
        "yes": pa.array([True, None, False]),
        "text": pa.array(["NA", None, "ü\n"]),
        "size": pa.DictionaryArray.from_arrays(
            pa.array([1, None, 0], pa.int8()), pa.array(["small", "big"]), ordered=True
        ),
        "day": pa.array([dt.date(2026, 3, 29), None, dt.date(1899, 12, 31)]),
        "when": pa.array([dt.datetime(2026, 3, 29, 1, 30, 0, 500000), None, dt.datetime(1960, 1, 1)],  # noqa: DTZ001
                         pa.timestamp("us", "Europe/Berlin")),
        "naive": pa.array([dt.datetime(2026, 3, 29, 2, 30), None, dt.datetime(2026, 1, 1)], pa.timestamp("ms")),  # noqa: DTZ001
        "lasts": pa.array([dt.timedelta(seconds=90), None, dt.timedelta(0)], pa.duration("ms")),
        "all_missing": pa.nulls(3),
    }
)  # fmt: skip


def write(path: Path, form: str) -> Path:
    if form == "parquet":
        pa.parquet.write_table(TABLE, path)
    else:
        pa.feather.write_feather(TABLE, str(path), compression="uncompressed" if form == "plain" else "lz4")
    return path


LOOK = """\
d <- data_read("DATA")
list(classes = lapply(d, function(x) class(x)[[1]]), missing = lapply(d, function(x) which(is.na(x))),
     levels = levels(d$size), first = lapply(d, function(x) format(x[[1]], digits = 15)),
     nan = is.nan(d$half[[3]]), zone = attr(d$when, "tzone"), units = attr(d$lasts, "units"), rows = nrow(d),
     text = d$text[[3]], moment = as.numeric(d$when[[1]]), long = bit64::as.character.integer64(d$long),
     version = attr(d, "anops_version"))
"""


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_r_gets_every_type(desk: Desk, r_library: Path, form: str) -> None:
    stored = desk.add(write(desk.folder / f"all.{form}", form)).stored
    got = in_r(desk, r_library, LOOK.replace("DATA", "all"))
    assert got["classes"] == {
        "whole": "integer", "long": "integer64", "half": "numeric", "yes": "logical", "text": "character",
        "size": "ordered", "day": "Date", "when": "POSIXct", "naive": "POSIXct", "lasts": "difftime",
        "all_missing": "numeric",
    }  # fmt: skip
    assert {name: rows for name, rows in got["missing"].items() if rows != 2} == {
        "half": [2, 3],
        "all_missing": [1, 2, 3],
    }
    assert (got["levels"], got["zone"], got["units"], got["rows"]) == (["small", "big"], "Europe/Berlin", "secs", 3)
    assert (got["nan"], got["text"], got["moment"]) == (True, "ü\n", 1774747800.5)
    assert got["long"] == ["9007199254740993", None, "-9007199254740993"]
    assert got["version"] == stored.version


def test_r_gets_what_a_csv_file_says(desk: Desk, r_library: Path) -> None:
    desk.add(desk.file("sales.csv"), categories=("region",))
    code = """d <- data_read("sales"); list(lapply(d, function(x) class(x)[[1]]), d$note, d$zip, d$x, d$flag,
        levels(d$region), format(d$when), tryCatch(data_read("sale"), anops_error = conditionMessage))"""
    classes, note, codes, x, flag, levels, when, problem = in_r(desk, r_library, code)
    assert list(classes.values()) == [
        "integer",
        "factor",
        "numeric",
        "logical",
        "Date",
        "POSIXct",
        "character",
        "character",
    ]
    assert (note, codes, x, flag) == (["NA", "", None], ["007", "012", None], [1.5, None, -3], [True, False, None])
    assert (levels, when[0]) == (["north", "south"], "2026-01-01 10:00:00")
    assert problem.startswith("There is no dataset `sale`")
    assert "Did you mean `sales`?" in problem


def test_rds_is_kept_for_r_alone(desk: Desk, r_library: Path) -> None:
    program = 'saveRDS(list(a = 1, f = mean), "thing.rds")'
    subprocess.run(["Rscript", "-e", program], cwd=desk.folder, check=True)
    desk.add(desk.folder / "thing.rds")
    assert in_r(desk, r_library, 'x <- data_read("thing"); c(x$a, x$f(1:3))') == [1, 2]
    with pytest.raises(CommandError, match="only R can read"):
        desk.pull("thing", "thing.csv", form="csv")


@pytest.mark.parametrize("form", ["parquet", "arrow", "csv"])
def test_python_gets_every_type(desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    file = write(desk.folder / "all.parquet", "parquet")
    if form == "csv":
        desk.add(file, name="first")
        file = desk.pull("first", "all.csv", form="csv")
        columns = '[columns.size]\ntype = "category"\nlevels = ["small", "big"]\nordered = true\n'
        columns += '[columns.when]\ntype = "datetime"\ntimezone = "Europe/Berlin"\n'
        said = {"description": desk.file("all.toml", columns)}
    else:
        said = {}
        file = file if form == "parquet" else write(desk.folder / "all.arrow", "arrow")
    desk.add(file, **said)
    monkeypatch.chdir(desk.folder)
    got = anops.data("all")
    assert [str(each) for each in got.dtypes[["whole", "long", "half", "yes"]]] in (
        ["Int32", "Int64", "float64", "boolean"],
        ["Int64", "Int64", "float64", "boolean"],
    )
    assert got["long"].tolist() == [2**53 + 1, pd.NA, -(2**53) - 1]
    assert (got["text"][0], got["text"].isna().tolist()) == ("NA", [False, True, False])
    assert list(got["size"].cat.categories) == ["small", "big"]
    assert got["size"].cat.ordered
    assert got["size"].cat.codes.tolist() == [1, -1, 0]
    assert got["day"].dt.year.tolist()[::2] == [2026, 1899]
    assert str(got["when"].dtype.tz) == "Europe/Berlin"  # type: ignore[union-attr]
    assert got["when"][0].timestamp() == 1774747800.5
    assert got["naive"][0] == pd.Timestamp("2026-03-29 02:30")
    assert got.attrs["anops"]["rows"] == 3


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["007", "12"], "string"), (["1", "2"], "integer"), (["1", "2.5"], "number"), (["1e3", "-.5"], "number"),
        (["T", "F"], "string"), (["TRUE", "false"], "boolean"), (["0x1F", "1"], "string"), (["+5", "5"], "string"),
        (["12345678901234567890", "1"], "string"), (["9007199254740993", "1"], "integer"), (["Inf", "1"], "number"),
        (["2026-01-01", "2026-02-30"], "string"), (["2026-01-01", "2026-02-28"], "date"), (["NULL", "1"], "string"),
        (["2026-01-01 10:00", "2026-01-01T10:00:00.5"], "datetime"), (["01/02/2026", "02/02/2026"], "string"),
        (["2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00"], "datetime"),
        (["-0", "0"], "integer"), (["NaN", "1"], "number"), (["", "NA"], "number"),
        (["1.", "2"], "number"), (["1d", "2"], "string"), (["2026", "2027"], "integer"), (["10:30", "11:00"], "string"),
    ],
)  # fmt: skip
def test_the_type_of_a_csv_column_is_that_of_all_its_cells(desk: Desk, cells: list[str], kind: str) -> None:
    rows = "".join(f'"{cell}",x\n' if "," in cell else f"{cell},x\n" for cell in cells)
    stored = desk.add(desk.file("cells.csv", "a,b\n" + rows), separator=",", decimal=".").stored
    assert stored.description is not None
    assert stored.description.columns["a"].type == kind


@pytest.mark.parametrize(("late", "kind"), [("2.5", "number"), ("x", "string"), ("007", "string"), ("0x1F", "string")])
def test_a_cell_far_behind_counts_as_the_first(desk: Desk, late: str, kind: str) -> None:
    many = "1,abcdefgh\n" * 400_000
    stored = desk.add(desk.file("late.csv", "a,b\n" + many + f"{late},b\n" + many)).stored
    assert stored.description is not None
    assert stored.description.columns["a"].type == kind
    assert stored.description.rows == 800_001


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_of_several_lines_is_one_also_far_behind(desk: Desk, end: str) -> None:
    inner = "".join(f"7,inner{end}" for _ in range(6))
    lines = "".join(f'{i},"first{end}{inner}9,last"\n' for i in range(200_000, 400_000))
    plain = "".join(f"{i},a plain text of one line\n" for i in range(200_000))
    stored = desk.add(desk.file("late.csv", f"a,b\n{plain}{lines}".encode())).stored
    assert stored.description is not None
    assert stored.description.rows == 400_000
    assert stored.description.columns["a"].type == "integer"


def test_what_stands_inside_a_text_says_nothing_of_the_columns(desk: Desk) -> None:
    lines = "".join(f'{i},"first\nand, so\non"\n' for i in range(100_000))
    stored = desk.add(desk.file("letters.csv", "a,b\n" + lines)).stored
    assert stored.description is not None
    assert [spec.type for spec in stored.description.columns.values()] == ["integer", "string"]
    assert stored.description.rows == 100_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SALES.replace(",", ";"), {}),
        ("\ufeff" + SALES, {}),
        (SALES.replace("\n", "\r\n"), {}),
        (SALES.replace("north", "Nürn").encode("cp1252"), {"encoding": "cp1252"}),
        (SALES.encode("utf-16"), {}),
        ("sep=;\n" + SALES.replace(",", ";").replace("1.5", "1,5"), {}),
    ],
    ids=["semicolons", "mark", "windows", "cp1252", "utf-16", "decimal comma"],
)
def test_every_dialect_is_kept_as_plain_csv(desk: Desk, content: str | bytes, said: dict[str, str]) -> None:
    stored = desk.add(desk.file("sales.csv", content), **said).stored
    assert stored.description is not None
    kinds = [spec.type for spec in stored.description.columns.values()]
    assert kinds == ["integer", "string", "number", "boolean", "date", "datetime", "string", "string"]
    assert next(iter(stored.description.columns)) == "id"
    assert stored.description.columns["x"].seen == (-3.0, 1.5)
    assert pd.read_csv(desk.path_of(stored))["x"].tolist()[0] == 1.5


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is empty"), ("a,b\n1\n", "can't be read"),
        ("a,a\n1,2\n", "2 columns named `a`"), (",a\n1,2\n", "Column 1"),
        (b"a\n\x81\x8d\n", "UTF-8|encoding"), ("a,b\n1,2,3\n", "can't be read"),
        (b"PAR1 and no more", "can't be read as Parquet"), (b"ARROW1\0\0 and no more", "can't be read as Arrow"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_told(desk: Desk, content: str | bytes, what: str) -> None:
    with pytest.raises(CommandError, match=what):
        desk.add(desk.file("bad.csv", content))
    assert not (desk.folder / ".anops/data/bad").exists()


FROM_R = """{
  rows <- data.frame(
    n = c(1/3, NA, -Inf), i = c(100000L, NA, 3L), b = c(TRUE, NA, FALSE), t = c("a \\"b\\"\\n, c", NA, "NA"),
    f = factor(c("x", "y", NA), levels = c("y", "x", "z")), d = as.Date(c("2026-01-02", NA, "2026-01-01")),
    w = as.POSIXct(c("2026-01-01 10:00:00", NA, "2026-01-02 10:00:00"), tz = "Europe/Berlin"),
    stringsAsFactors = FALSE
  )
  rows$o <- factor(c("low", "high", "low"), levels = c("low", "high"), ordered = TRUE)
  first <- data_add("rows", rows, source = "made up")
  again <- data_add("rows", rows)
  kept <- data_read("rows")
  refused <- tryCatch(data_add("bad", data.frame(a = I(list(1, 2)))), error = conditionMessage)
  list(attr(first, "new"), attr(again, "new"), isTRUE(all.equal(rows, kept, check.attributes = FALSE)),
       identical(lapply(rows, class), lapply(kept, class)), levels(kept$f), refused)
}"""


def test_r_keeps_a_data_frame_with_every_type(desk: Desk, r_library: Path) -> None:
    first, again, equal, same, levels, refused = in_r(desk, r_library, FROM_R)
    assert (first, again, equal, same, levels) == (True, False, True, True, ["y", "x", "z"])
    assert refused.startswith("Column `a` must hold single values.")
    described = desk.show("rows").stored.description
    assert described is not None
    assert described.about.source == "made up"


RDS = """
rows <- data.frame(
  n = c(1.5, NA, -Inf), i = c(1L, NA, 3L), b = c(TRUE, NA, FALSE), t = c("a \\"b\\"", NA, "größe"),
  f = factor(c("x", "y", NA), levels = c("y", "x", "z")), d = as.Date(c("2026-01-02", NA, "2026-01-01")),
  w = as.POSIXct(c("2026-01-01 10:00:00", NA, "2026-01-02 10:00:00"), tz = "Europe/Berlin"),
  s = as.difftime(c(1, 2, NA), units = "mins"), stringsAsFactors = FALSE
)
rows$o <- factor(c("low", "high", "low"), levels = c("low", "high"), ordered = TRUE)
saveRDS(rows, "rows.rds")
rows$n <- as.character(rows$n)
saveRDS(rows, "other.rds")
"""


def test_columns_of_rds_are_described_and_held_to_their_contract(desk: Desk) -> None:
    (desk.folder / "make.R").write_text(RDS)
    subprocess.run(["Rscript", "--vanilla", "make.R"], cwd=desk.folder, check=True)
    described = desk.add(desk.folder / "rows.rds").stored.description
    assert described is not None
    assert described.rows == 3
    assert described.missing["n"] == pytest.approx(1 / 3)
    columns = {name: spec.written() for name, spec in described.columns.items()}
    assert {name: spec["type"] for name, spec in columns.items()} == {
        "n": "number", "i": "integer", "b": "boolean", "t": "string", "f": "category", "d": "date", "w": "datetime",
        "s": "number", "o": "category",
    }  # fmt: skip
    assert columns["f"]["levels"] == ["y", "x", "z"]
    assert columns["o"]["ordered"]
    assert columns["s"]["unit"] == "mins"
    assert (columns["w"]["timezone"], columns["w"]["seen"][0]) == ("Europe/Berlin", "2026-01-01T09:00:00+00:00")
    assert list(columns["n"]["seen"]) == [1.5, 1.5]
    with pytest.raises(CommandError) as refused:
        desk.add(desk.folder / "other.rds", name="rows")
    assert any("`n`" in detail and "number" in detail for detail in refused.value.details)


OF_R = """{
  Sys.setenv(TZ = "Europe/Berlin")
  times <- as.POSIXct(c("2026-01-01 00:00", NA)) + c(0.1, NA)
  rows <- data.frame(t = times, f = addNA(factor(c("a", NA))))
  rows$d <- as.Date("0044-03-15")
  data_add("times", rows)
  kept <- data_read("times")
  said <- function(code) conditionMessage(tryCatch(code, anops_error = identity))
  list(format(kept$t[1], "%H:%M %Z"), sprintf("%.6f", as.numeric(kept$t[1])), is.na(kept$f[2]), levels(kept$f),
       as.numeric(kept$d[1]),
       said(data_add("twice", data.frame(a = 1, a = 2, check.names = FALSE))),
       said(data_add("far", data.frame(t = as.Date(Inf)))),
       said(data_add("times", data.frame(t = "x"))))
}"""


def test_what_r_shows_is_what_it_gets_back_and_what_it_can_not_is_said(desk: Desk, r_library: Path) -> None:
    clock, seconds, is_missing, level, day, twice, far, broken = in_r(desk, r_library, OF_R)
    assert (clock, seconds, is_missing, level) == ("00:00 CET", "1767222000.100000", True, "a")
    assert day == (dt.date(44, 3, 15) - dt.date(1970, 1, 1)).days
    assert "Several columns are named `a`" in twice
    assert "Column `t` is infinite in row 1" in far
    assert "breaks the contract of `times`" in broken


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (pa.array([-(1 << 63), 5]), "holds -9223372036854775808, a whole number that R can't keep"),
        (pa.array([1, (1 << 64) - 1], pa.uint64()), "holds 18446744073709551615, a whole number that R can't keep"),
        (pa.array([Decimal(10**20 + 1)], pa.decimal128(38, 0)), "holds 100000000000000000001, a whole number"),
        (pa.array(["a\0b"]), "NUL character"),
    ],
)
def test_what_r_has_no_value_for_is_refused(desk: Desk, values: pa.Array, what: str) -> None:
    pa.parquet.write_table(pa.table({"x": values}), desk.folder / "x.parquet")
    desk.add(desk.folder / "x.parquet")
    with pytest.raises(CommandError, match=what):
        desk.pull("x", "x.rds", form="rds")


@pytest.mark.parametrize("kind", [pa.timestamp("us", "Europe/Berlin"), pa.timestamp("s"), pa.date32()])
def test_times_beyond_the_calendar_are_kept(desk: Desk, kind: pa.DataType) -> None:
    day = 1 if pa.types.is_date32(kind) else 86_400 * (1 if kind.unit == "s" else 1_000_000)
    whole = pa.array([-800_000 * day, 20_000 * day, 4_000_000 * day], pa.int32() if day == 1 else pa.int64())
    pa.parquet.write_table(pa.table({"t": whole.cast(kind)}), desk.folder / "t.parquet")
    stored = desk.add(desk.folder / "t.parquet").stored
    assert stored.description is not None
    seen = stored.description.columns["t"].seen
    assert seen is not None
    assert [str(each)[:10] for each in seen] == ["2024-10-04", "2024-10-04"]
