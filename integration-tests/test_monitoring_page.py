"""The page `/monitoring` of the control service in a real browser: drift, performance, versions, incidents."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_control.events import Events
from anops_control.verbs.registry import verb
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore
from control_pages import browsed, controlled, fit_for_everyone, looked
from drifting import world, write
from little_models import write_project
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.long
ALERT = '\n[alerts.sizes]\nwatch = "drift"\ncolumn = "a"\nabove = 0.1\ndays = 60\nseverity = "critical"\n'
WEEKS, ROWS = 5, 60


def asked(project: Path, name: str, **request: Any) -> None:
    known = verb(name)
    known.run(known.read({"folder": str(project), **request}), Events())


def watched(root: Path) -> Path:
    """Return a project whose log has five weeks, in which column `a` moves away."""
    project = write_project(root / "houses", "python", "echo", inputs='a = "number"\nb = "number"',
                            outputs='a = "number"\nb = "number"', row_independent=True)  # fmt: skip
    with (project / "ao.toml").open("a", encoding="utf-8") as file:
        file.write(ALERT)
    generator = np.random.default_rng(5)
    first = world(300, changed=False, seed=1)
    write(root / "train.csv", {"a": first["size"], "b": first["age"], "y": first["size"]})
    asked(project, "monitor baseline", data=str(root / "train.csv"))
    log = project / ".anops/predictions.db"
    predictions, outcomes = PredictionStore(log), OutcomeStore(log)
    for week in range(WEEKS):
        a = generator.normal(2 + week / 2, 1, ROWS).tolist()
        rows = json.dumps([{"a": each, "b": 10.0 + place % 7} for place, each in enumerate(a)])
        at = time.time() - (WEEKS - week) * 7 * 86_400
        predictions.add([Prediction(request_id=f"w{week}", time=at, model="houses", version="0.1.0", digest="",
                                    rows=ROWS, options="{}", inputs=rows, outputs=rows)])  # fmt: skip
        outcomes.add(
            [
                Outcome(outcome=value + float(error), time=at, request_id=f"w{week}", row=row)
                for row, (value, error) in enumerate(zip(a, generator.normal(0, 0.3 + week / 3, ROWS), strict=True))
            ],
            received=at,
        )
    predictions.close()
    outcomes.close()
    asked(project, "monitor alerts")
    return project


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    root = tmp_path_factory.mktemp("root")
    watched(root)
    (root / "empty").mkdir()
    with controlled(root) as told:
        yield told


@pytest.fixture
def page(served: tuple[str, str]) -> Iterator[Page]:
    with browsed(f"{served[0]}/monitoring") as page:
        yield page


def test_a_person_sees_how_a_model_fares(page: Page, served: tuple[str, str]) -> None:
    looked(page, served[1], "houses")
    expect(page.locator("#findings")).to_contain_text("Column `a` has moved")
    expect(page.locator("#alerts")).to_contain_text("open")
    expect(page.locator("#alerts")).to_contain_text("PSI of `a`")
    row = page.locator("#drift tbody tr").first
    expect(row).to_contain_text("large")
    expect(row.get_by_role("img")).to_have_count(1)
    drawn = page.locator("#performance").get_by_role("img").first
    expect(drawn).to_have_attribute("aria-label", "rmse by week, with its 95 % interval; dashed: on the baseline")
    expect(page.locator("#performance tbody tr").first).to_be_visible()
    expect(page.locator("#versions")).to_contain_text("0.1.0")
    folder = os.environ.get("ANOPS_PICTURES")
    fit_for_everyone(page, f"{folder}/monitoring" if folder else None)


def test_who_has_no_token_or_no_project_is_told(page: Page, served: tuple[str, str]) -> None:
    page.get_by_label("Token", exact=True).fill("wrong")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("status")).to_contain_text("Authorization: Bearer TOKEN")
    looked(page, served[1], "empty")
    expect(page.locator("#drift .fault")).to_be_visible()
