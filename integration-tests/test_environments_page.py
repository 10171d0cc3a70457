"""The page `/environments` of the control service in a real browser: environments, gates, history, versions."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verbs.registry import verb
from control_pages import browsed, controlled, fit_for_everyone, looked
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.long
EXAMPLE = Path(__file__).parents[1] / "examples/iris-species"
ENVIRONMENTS = """
[deployment.dev]
provider = "local"
model = "iris-species@champion"
port = 0
workers = 1
replicas = 2

[deployment.live]
provider = "local"
model = "iris-species@live"
port = 0
workers = 1
load_callers = 2
load_seconds = 0.5
max_p99_ms = 0.001
approvers = ["ana"]

[deployment.cluster]
provider = "kubernetes"
model = "iris-species/1"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a project of which one environment runs, and a promotion was refused, and one waits."""
    folder = tmp_path_factory.mktemp("root") / "iris-species"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    toml = folder / "ao.toml"
    toml.write_text(toml.read_text() + ENVIRONMENTS)
    with surrounded(Surroundings.of(os.environ)):
        asked(folder, "model register", alias="champion")
        asked(folder, "deploy apply", environment="dev")
        try:
            with pytest.raises(CommandError, match="does not come into"):
                asked(folder, "deploy promote", environment="dev", to="live", checks=False)
            toml.write_text(toml.read_text().replace("max_p99_ms = 0.001", "max_p99_ms = 60000"))
            asked(folder, "deploy promote", environment="dev", to="live", checks=False)
            yield folder
        finally:
            for name in ("live", "dev"):
                if (folder / ".anops/deployments" / name).is_dir():
                    asked(folder, "deploy down", environment=name)


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[tuple[str, str]]:
    (project.parent / "empty").mkdir()
    altered = project.parent / "altered"  # of its environments one can't be looked at
    shutil.copytree(EXAMPLE, altered, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    (altered / "ao.toml").write_text((altered / "ao.toml").read_text() + ENVIRONMENTS)
    (altered / ".anops/deployments/live").mkdir(parents=True)
    (altered / ".anops/deployments/live/state.json").write_text("{")
    with controlled(project.parent) as told:
        yield told


@pytest.fixture
def page(served: tuple[str, str]) -> Iterator[Page]:
    with browsed(f"{served[0]}/environments") as page:
        yield page


def asked(folder: Path, name: str, **request: Any) -> Any:
    known = verb(name)
    return known.run(known.read({"folder": str(folder), **request}), Events())


def test_a_person_sees_environments_and_who_decided(page: Page, served: tuple[str, str]) -> None:
    looked(page, served[1], "iris-species")
    rows = page.locator("#all tbody tr")
    expect(rows).to_have_count(3)
    dev = rows.filter(has=page.get_by_role("link", name="dev", exact=True))
    expect(dev).to_contain_text("up")
    expect(dev).to_contain_text("iris-species/1")
    expect(rows.filter(has_text="waits for approval")).to_contain_text("down")
    expect(page.locator("#environment-dev tbody").first.locator("tr")).to_have_count(2)
    expect(page.locator("#environment-dev")).to_contain_text("apply")
    expect(page.locator("#environment-cluster")).to_contain_text("it names no alias")
    live = page.locator("#environment-live")
    expect(live).to_contain_text("load of 2 callers for 0.5 s, 99 % within 60000 ms, at most 0.00% failed")
    expect(live).to_contain_text("approval by ana")
    expect(live).to_contain_text("ao deploy approve live --key-file FILE")
    expect(live.locator("tbody tr").first).to_contain_text("waiting")
    expect(live.locator("tbody tr").nth(1)).to_contain_text("not passed load: 99 % were answered within")
    expect(page.locator("#versions tbody tr")).to_contain_text("dev")
    folder = os.environ.get("ANOPS_PICTURES")
    fit_for_everyone(page, f"{folder}/environments" if folder else None)

    page.get_by_role("link", name="live", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="live")).to_be_focused()
    page.get_by_role("link", name="Monitoring").click()
    expect(page.get_by_role("heading", name="Monitoring", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("iris-species", timeout=90_000)


def test_who_has_no_token_or_no_project_is_told(page: Page, served: tuple[str, str]) -> None:
    page.get_by_label("Token", exact=True).fill("wrong")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("status")).to_contain_text("Authorization: Bearer TOKEN")
    looked(page, served[1], "empty")
    expect(page.locator("#all .fault")).to_be_visible()
    looked(page, served[1], "altered")
    expect(page.locator("#all tbody tr").filter(has_text="unknown")).to_contain_text("live")
    expect(page.locator("#environment-live .fault")).to_contain_text("ao deploy apply live")
    expect(page.locator("#environment-dev")).to_contain_text("It is down.")
