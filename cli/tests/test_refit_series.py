"""A series that was fitted again has the calendar of its new fit."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.errors import CommandError
from anops_control.init.calendar import Told
from anops_control.refitting.renewing import Renewal
from anops_control.refitting.renewing_series import other_calendar, renew_series
from anops_control.refitting.versions import Step
from anops_project.sections.series import SeriesSection

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

MONTHS: dict[str, Any] = {"frequency": "MS", "last": "2025-12-01", "period": [12], "value": "sales", "updates": True}
OURS = SeriesSection(frequency="MS", last="2024-12-01", period=(12.0,), value="sold", updates=True)


HOLT = """
load_data <- function() ts(sin(1:67) + 1:67, frequency = 7)
split_data <- function(data) list(train = data, test = data)
build_pipeline <- function() "Holt"
train_model <- function(pipeline, train) HoltWinters(train, gamma = FALSE)
evaluate <- function(model, test) list(sse = model$SSE)
save_model <- function(model, path) saveRDS(model, path)
"""


def renewed(ours: SeriesSection | None, theirs: dict[str, Any] | None, told: Told | None = None) -> Renewal:
    """Return what becomes of [series]."""
    renewal = Renewal()
    renew_series(renewal, ours, theirs, told or Told(), is_new=True)
    return renewal


def written(renewal: Renewal) -> dict[str, object]:
    """Return what is written into [series]."""
    return {edit.path[1]: edit.value for edit in renewal.edits}


def test_the_last_observation_is_that_of_the_new_fit_and_the_names_stay() -> None:
    renewal = renewed(OURS, MONTHS)
    assert (written(renewal), renewal.step) == ({"last": "2025-12-01"}, Step.SAME)
    assert renewed(SeriesSection(frequency="MS", last="2025-12-01", period=(12.0,), updates=True), MONTHS).edits == []


def test_a_person_who_names_months_by_their_last_days_goes_on_to() -> None:
    ours = SeriesSection(frequency="ME", last="2024-12-31", period=(12.0,), updates=True)
    assert written(renewed(ours, {**MONTHS, "last": "2026-02-01"})) == {"last": "2026-02-28"}
    assert other_calendar(ours, {**MONTHS, "last": "2024-12-01"}) is None
    assert "2025-12-31" in str(other_calendar(ours, MONTHS))


def test_another_frequency_is_told_to_callers() -> None:
    quarters = {"frequency": "QS", "last": "2025-10-01", "period": [4], "updates": True}
    renewal = renewed(OURS, quarters)
    assert written(renewal) == {"frequency": "QS", "last": "2025-10-01", "period": [4]}
    assert renewal.step is Step.OTHER
    assert "QS" in str(other_calendar(OURS, quarters))
    assert renewed(None, quarters).step is Step.OTHER
    assert [edit.path for edit in renewed(OURS, None).edits] == [("series",)]


def test_where_the_model_does_not_tell_a_person_must() -> None:
    untold = {"period": [12], "value": "sales", "updates": True}
    with pytest.raises(CommandError, match="2024-12-01, is that of the model before"):
        renewed(OURS, untold)
    with pytest.raises(CommandError, match="can't be at 2025-11-15"):
        renewed(OURS, untold, Told(last="2025-11-15"))
    same = Renewal()
    renew_series(same, OURS, untold, Told(), is_new=False)
    assert same.edits == []


def test_the_example_overwrites_nothing_and_goes_without_a_model(tmp_path: Path, ao: Ao) -> None:
    (tmp_path / "series.csv").write_text("mine\n")
    refused = ao("init", "--lang", "r", "--example", "series", folder=tmp_path)
    assert refused.exit_code != 0
    assert "there is a series.csv, which is not overwritten" in refused.output
    alone = ao("init", "my-series", "--model", "model.rds", "--example", "series")
    assert "→ Write: ao init my-series --lang r --example series" in alone.output


@pytest.mark.long
def test_the_example_is_fitted_again_with_further_data(tmp_path: Path, ao: Ao) -> None:
    made = ao("init", "my-series", "--lang", "r", "--example", "series", folder=tmp_path)
    assert made.exit_code == 0, made.output
    project = tmp_path / "my-series"
    with (project / "series.csv").open("a") as data:
        data.write("women,1980-01-01,800\nmen,1980-01-01,2000\n")
    trained = ao("train", folder=project)
    assert trained.exit_code == 0, trained.output
    assert tomllib.loads((project / "ao.toml").read_text())["series"]["last"] == "1980-01-01"


@pytest.mark.long
def test_a_series_without_dates_is_trained_and_refitted_with_what_is_said_of_them(tmp_path: Path, ao: Ao) -> None:
    code = "saveRDS(HoltWinters(ts(sin(1:60) + 1:60, frequency = 7), gamma = FALSE), '60.rds')"
    subprocess.run(["Rscript", "-e", code], cwd=tmp_path, check=True)
    asked = ("--frequency", "D", "--last", "2026-03-01")
    assert ao("init", str(tmp_path / "p"), "--model", str(tmp_path / "60.rds"), *asked).exit_code == 0
    (tmp_path / "p" / "train.R").write_text(HOLT)
    stopped = ao("train", folder=tmp_path / "p")
    assert stopped.exit_code != 0
    said = re.sub(r"\s+", " ", stopped.output)
    assert "2026-03-01, is that of the model before" in said
    printed = re.search(r"→ Say it: ao (refit \.anops/training/\S+/60\.rds --last) TIME", said)
    assert printed is not None, stopped.output
    answer = ao(*printed[1].split(), "2026-03-08", "--yes", folder=tmp_path / "p")
    assert answer.exit_code == 0, answer.output
    section = tomllib.loads((tmp_path / "p" / "ao.toml").read_text())["series"]
    assert (section["frequency"], section["last"]) == ("D", "2026-03-08")
