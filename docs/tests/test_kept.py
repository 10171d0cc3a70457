"""The guides on what is kept (data, runs, logs, series, versions held) work as they are printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk

SALES = "id,day,amount,region\n1,2026-01-30,10.5,north\n2,2026-01-31,8,south\n3,2026-01-31,7,east\n"
JANUARY = "4,2026-01-31,12,north\n"
FEBRUARY = "5,2026-02-01,31,east\n6,2026-02-02,0,north\n"
FIT_AIR = """value <- AirPassengers
saveRDS(HoltWinters(value), "model.rds")
time <- seq(as.Date("1949-01-01"), by = "month", length.out = 168)
write.csv(data.frame(time, value = c(value, 1.1 * value[121:144])), "history.csv", row.names = FALSE)
"""
TRAIN = """import anops
for step in range(3):
    anops.log_metric("loss", 1 / (step + 1), step=step)
"""


def test_data_are_kept_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(
        '[project]\nname = "shop"\nlanguage = "r"\n\n[model]\nartifact = "model.rds"\n', encoding="utf-8"
    )
    for name, rows in {"": SALES, "-january": SALES + JANUARY, "-february": SALES + JANUARY + FEBRUARY}.items():
        (tmp_path / f"sales{name}.csv").write_text(rows, encoding="utf-8")
    reader.follow(steps_of(docs / "how-to" / "keep-data.md"))
    assert "EUR" in reader.type("ao data show sales")
    assert "rows: 4 → 6" in reader.type("ao data diff sales")


def test_runs_are_looked_at_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    reader.type("ao init iris-species --lang python && cd iris-species")
    train = tmp_path / "iris-species" / "train.py"
    train.write_text(train.read_text(encoding="utf-8") + TRAIN, encoding="utf-8")
    runs, look = steps_of(docs / "how-to" / "look-at-runs.md")
    reader.follow([runs])
    reader.type("ao run train --track --force")
    first, second = (each["id"][:6] for each in listed(reader.type("ao runs list --json")))
    reader.type(look.text.replace("3f2a", first).replace("91bc", second))
    assert list((tmp_path / "iris-species").glob("*.svg"))


def listed(told: str) -> list[dict[str, str]]:
    return [{"id": found} for found in re.findall(r'"id": ?"(\w+)"', told)][:2]


def test_a_series_is_forecast_and_observed_as_the_guides_say(docs: Path, reader: Desk, tmp_path: Path) -> None:
    air = tmp_path / "air"
    air.mkdir()
    (air / "fit.R").write_text(FIT_AIR, encoding="utf-8")
    reader.type("cd air && Rscript fit.R")
    served, example, asked = steps_of(docs / "how-to" / "forecast.md")
    reader.follow([served, asked])
    reader.type("cd air")
    reader.follow(steps_of(docs / "how-to" / "observe-a-series.md"))
    reader.type("cd ..")
    reader.follow([example])


@pytest.mark.long
def test_a_model_is_watched_as_the_guide_says(docs: Path, reader: Desk, tmp_path: Path) -> None:
    reader.type("ao init mtcars-mpg --lang r && cd mtcars-mpg")
    toml = tmp_path / "mtcars-mpg" / "ao.toml"
    text = toml.read_text(encoding="utf-8").replace("[service]\n", '[service]\nlog_predictions = "values"\n')
    toml.write_text(text, encoding="utf-8")
    reader.start("ao serve --no-reload", until="is served on http")
    reader.type("cd mtcars-mpg && Rscript -e 'write.csv(mtcars[rep(1:32, 3), ], \"cars.csv\", row.names = FALSE)'")
    reader.type(f"ao predict cars.csv --url {reader.url} > /dev/null")
    reader.follow(steps_of(docs / "how-to" / "watch-a-model.md"))
    assert (tmp_path / "mtcars-mpg" / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_a_version_is_held_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("ao init houses --lang r && cd houses && ao model register --alias champion")
    reader.follow(steps_of(docs / "how-to" / "keep-a-model-fresh.md"))


def test_a_project_of_ones_own_code_is_checked_as_the_guide_says(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r && cd mtcars-mpg")
    reader.follow(steps_of(docs / "how-to" / "write-predict-model.md"))
