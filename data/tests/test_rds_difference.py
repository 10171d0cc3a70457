"""Two versions in RDS are told apart as in any other form: R reads them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from desks import Desk

MAKE = """\
d <- data.frame(
  a = c(1:99, NA), text = rep(c("x", "N\\nA", "\\u00fc", NA), 25), g = factor(rep(c("u", "v"), 50), c("u", "v", "w")),
  day = as.Date("2026-01-01") + 0:99, when = as.POSIXct("2026-03-01", tz = "Europe/Berlin") + 0:99,
  yes = rep(c(TRUE, NA), 50),
  lasts = as.difftime(1:100, units = "mins"), gone = 1, stringsAsFactors = FALSE
)
d$long <- structure(writeBin(rep(c(1L, 0L), 100), raw()) |> readBin("double", 100), class = "integer64")
saveRDS(d, "before.rds")
d <- d[1:50, names(d) != "gone"]
d$a <- d$a + 0.5
d$g <- factor("z", c("u", "z"))
d$day <- d$day + 1000
d$long <- structure(d$long, class = "integer64")  # `[` has dropped it, for bit64 is not loaded
d$come <- 1
saveRDS(d, "after.rds")
saveRDS(list(1, 2), "list.rds")
saveRDS(data.frame(a = I(list(1, 2))), "lists.rds")
same <- format(as.POSIXct("2026-02-28 23:00:00", tz = "UTC") + 0:99)
write.csv(data.frame(a = 1:100, when = same), "d.csv", row.names = FALSE)
"""


@pytest.fixture
def made(desk: Desk) -> Path:
    (desk.folder / "make.R").write_text(MAKE)
    subprocess.run(["Rscript", "--vanilla", "make.R"], cwd=desk.folder, check=True)
    return desk.folder


def test_rows_columns_types_levels_and_distributions_of_rds_are_told_apart(desk: Desk, made: Path) -> None:
    desk.add(made / "before.rds", name="d")
    desk.add(made / "after.rds", name="d", accept=True)
    found = desk.diff("d")
    assert (found.rows, found.added, found.removed) == ((100, 50), ["come"], ["gone"])
    columns = {each["column"]: each for each in found.columns}
    assert list(columns) == ["a", "text", "g", "day", "when", "yes", "lasts", "long"]
    assert columns["a"]["changed"] == {"type": ["integer", "number"]}
    assert columns["a"]["missing"] == [0.01, 0.0]
    assert columns["a"]["ks"]["n"] == [99, 50]
    assert columns["text"]["counts"] == {"x": [25, 13], "N\nA": [25, 13], "ü": [25, 12]}
    assert columns["g"]["levels_added"] == ["z"]
    assert columns["g"]["levels_removed"] == ["v", "w"]
    assert columns["g"]["counts"] == {"u": [50, 0], "v": [50, 0], "z": [0, 50]}
    assert columns["day"]["ks"]["d"] == 1
    assert columns["when"]["ks"]["d"] == pytest.approx(0.5)
    assert columns["yes"]["counts"] == {"true": [50, 25]}
    assert columns["lasts"]["ks"]["d"] == pytest.approx(0.5)
    assert columns["long"]["ks"]["tied"] == 149
    assert found.unknown == []


def test_rds_is_compared_with_another_form(desk: Desk, made: Path) -> None:
    desk.add(made / "d.csv", name="d")
    desk.add(made / "before.rds", name="d", accept=True)
    columns = {each["column"]: each for each in desk.diff("d").columns}
    assert columns["when"]["ks"]["d"] == 0  # the same moments
    assert columns["a"]["ks"]["n"] == [100, 99]


@pytest.mark.parametrize("other", ["list.rds", "lists.rds"])
def test_what_can_not_be_compared_is_said(other: str, desk: Desk, made: Path) -> None:
    desk.add(made / "before.rds", name="d")
    after = desk.add(made / other, name="d", accept=True).stored.version
    found = desk.diff("d")
    assert found.columns == []
    assert found.removed == []  # not known is not gone
    assert found.unknown == [
        f"Nothing is known of the columns of {after}: it holds no data frame whose columns are of single values."
    ]


def test_without_r_what_the_descriptions_hold_is_compared(
    desk: Desk, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(made / "before.rds", name="d")
    desk.add(made / "after.rds", name="d", accept=True)
    monkeypatch.setenv("PATH", str(made))
    found = desk.diff("d")
    assert found.added == ["come"]
    columns = {each["column"]: each for each in found.columns}
    assert columns["g"]["levels_added"] == ["z"]
    assert "psi" not in columns["a"]
    assert found.unknown == [
        "Values are not compared, so there is no PSI and no KS: R, which alone reads RDS, is not on PATH."
    ]
