"""The page of a model in a real browser, for an R and a Python model: what a person sees, types, drops and copies."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from anops_control.r_client import write_package
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from stack import Stack, running, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long
EXAMPLES = Path(__file__).parents[1] / "examples"
PROJECTS = {"r": "mtcars-mpg", "python": "iris-species"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "there is no browser: scripts/system_packages.sh everything"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=PROJECTS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Stack]]:
    with serving(EXAMPLES / PROJECTS[request.param], "--workers", "1") as stack:
        yield request.param, stack


@pytest.fixture
def page(browser: Browser, served: tuple[str, Stack]) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
    page.goto(str(served[1].client.base_url) + "/")
    expect(page.locator(".prediction")).to_be_visible(timeout=30_000)
    yield page
    context.close()
    assert faults == []


def predicted(stack: Stack, row: dict[str, object]) -> object:
    return stack.client.post("/predict", json={"data": [row]}).json()["predictions"][0]["prediction"]


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_row_is_predicted_as_one_types(page: Page, served: tuple[str, Stack]) -> None:
    language, stack = served
    column, typed = ("wt", "4.5") if language == "r" else ("petal length (cm)", "4,9")
    row = stack.client.get("/model").json()["example"]["data"][0] | {column: float(typed.replace(",", "."))}
    expected = predicted(stack, row)
    told = f"{expected:.6g}" if isinstance(expected, float) else str(expected)
    field = page.get_by_label(column, exact=True)
    field.clear()
    field.press_sequentially(typed, delay=200)  # it answers between the keys: `4.` is a number on the way to 4.5
    expect(field).to_have_value(typed)
    expect(page.locator(".prediction")).to_have_text(told)
    if language == "r":
        expect(page.locator(".interval")).to_contain_text("95 % prediction interval")


def test_it_says_why(page: Page, served: tuple[str, Stack]) -> None:
    language, stack = served
    page.get_by_text("Why this answer?").click()
    row = stack.client.get("/model").json()["example"]["data"][0]
    answer = stack.client.post("/predict", json={"data": [row], "options": {"explain": True}}).json()
    gains = answer["explanations"][0]["prediction"]["contributions"]
    largest = max(gains, key=lambda name: abs(gains[name]))
    expect(page.locator(".why tbody tr")).to_have_count(len(gains))
    expect(page.locator(".why tbody tr").first).to_contain_text(largest)
    told = "reference rows of the project" if language == "python" else "is the mean prediction for 10 reference rows"
    expect(page.locator(".why")).to_contain_text(told)


def test_its_state_and_figures_are_shown(page: Page) -> None:
    expect(page.locator(".live")).to_contain_text("Ready")
    expect(page.locator(".figures")).to_contain_text("workers ready1 of 1", timeout=15_000)


def test_an_error_stands_at_its_field(page: Page, served: tuple[str, Stack]) -> None:
    column = "hp" if served[0] == "r" else "sepal width (cm)"
    field = page.get_by_label(column, exact=True)
    field.fill("potato")
    expect(page.locator(".field.wrong")).to_have_count(1)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field.wrong .fault")).to_contain_text("must be a number")
    for typed in ("1,500", "Infinity"):  # what is no number beyond doubt is not taken for one, nor for a missing value
        field.fill("3")
        expect(page.locator(".field.wrong")).to_have_count(0)
        field.fill(typed)
        expect(page.locator(".field.wrong .fault")).to_contain_text(f'row 1 is "{typed}"')


def test_what_lies_outside_is_said_and_lines_are_drawn(page: Page, served: tuple[str, Stack]) -> None:
    if served[0] == "r":
        page.get_by_label("wt", exact=True).fill("9")
        expect(page.locator(".answer .warnings")).to_contain_text("extrapolation")
        page.get_by_label("A line for each").select_option("cyl")
        expect(page.locator(".legend li")).to_have_text(["cyl = 4", "cyl = 6", "cyl = 8"])
    else:
        page.get_by_role("combobox", name="Along").select_option("petal width (cm)")
    expect(page.locator(".plot canvas").first).to_be_visible()
    along = "wt" if served[0] == "r" else "petal width (cm)"
    expect(page.locator(".plot").first).to_have_attribute("aria-label", re.compile(f"^Along {re.escape(along)} from"))
    page.get_by_text("The same as a table").click()
    assert page.locator("details table tbody tr").count() >= 40


def test_a_file_is_predicted_beside_its_own_columns_and_taken_away(
    page: Page, served: tuple[str, Stack], tmp_path: Path
) -> None:
    stack = served[1]
    example = EXAMPLES / PROJECTS[served[0]] / "tests" / "example.csv"
    rows = records(example)
    own = tmp_path / "own.csv"
    with own.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, ["id", *rows[0]])
        writer.writeheader()
        writer.writerows({"id": f"a, {i}"} | row for i, row in enumerate(rows))
    page.set_input_files("#file", own)
    with page.expect_download() as download:
        page.get_by_text("Download the predictions").click()
    taken = records(Path(download.value.path()))
    answer = stack.client.post("/predict", content=example.read_bytes(), headers={"content-type": "text/csv"}).json()
    assert download.value.suggested_filename == "own-predictions.csv"
    assert [row["id"] for row in taken] == [f"a, {i}" for i in range(len(rows))]
    told = [row["prediction"] for row in answer["predictions"]]
    assert [row["prediction"] for row in taken] == [str(each) for each in told]


def test_a_file_marks_all_rows_outside_and_one_without_rows_is_told(page: Page, tmp_path: Path) -> None:
    model = page.evaluate("fetch('model').then((answer) => answer.json())")
    row, inputs = model["example"]["data"][0], model["schema"]["inputs"]
    column = next(name for name in ("wt", "sepal width (cm)") if name in row)
    marked = column if "seen" in inputs[column] else None  # the Python example has no ranges
    own = tmp_path / "own.csv"
    with own.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, row)
        writer.writeheader()
        writer.writerows(row | {column: 99 if i % 2 else row[column]} for i in range(60))  # a warning names 20 rows
    page.set_input_files("#file", own)
    expect(page.locator("tr.outside")).to_have_count(30 if marked else 0, timeout=30_000)
    with page.expect_download() as download:
        page.get_by_text("Download the predictions").click()
    assert [each.get("outside") for each in records(Path(download.value.path()))] == (
        ["", marked] if marked else [None] * 2
    ) * 30
    own.write_text(own.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    page.set_input_files("#file", own)
    expect(page.get_by_text("own.csv has no rows below its header")).to_be_visible(timeout=30_000)


def test_dates_have_a_grid_too(page: Page) -> None:
    along = "async (spec) => (await import('/page/columns.js')).along(spec, null, 3)"
    days = page.evaluate(along, {"type": "date", "seen": ["2026-01-01", "2026-01-31"]})
    assert days == ["2026-01-01", "2026-01-16", "2026-01-31"]
    hours = page.evaluate(along, {"type": "datetime", "seen": ["2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z"]})
    assert hours == ["2026-01-01T00:00:00Z", "2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z"]


def test_the_request_to_copy_answers_the_same(page: Page) -> None:
    page.get_by_role("button", name="Python").click()
    page.get_by_role("button", name="Copy").click()
    script = page.evaluate("navigator.clipboard.readText()")
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    shown = page.locator(".prediction").inner_text()
    assert shown[:5] in ended.stdout
    page.get_by_role("button", name="curl").click()
    page.get_by_role("button", name="Copy").click()
    command = page.evaluate("navigator.clipboard.readText()")
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert shown[:5] in ended.stdout


def test_the_requests_to_copy_of_a_series_forecast_as_the_page_does(browser: Browser, tmp_path: Path) -> None:
    code = """
    suppressMessages(library(forecast))
    y <- window(AirPassengers, end = c(1959, 12))
    saveRDS(Arima(y, c(1, 0, 0), c(0, 1, 1), xreg = cbind(promo = sin(1:132))), "model.rds")
    """
    for command in (
        ["Rscript", "--vanilla", "-e", code],
        [sys.executable, "-m", "ao", "init", "project", "--model", "model.rds"],
        ["Rscript", "-e", f'install.packages("{write_package(tmp_path)}", lib = ".", repos = NULL, type = "source")'],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with serving(tmp_path / "project", "--workers", "1") as stack:
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{stack.client.base_url}/")
        page.get_by_label("Periods ahead").fill("2")
        future = "time,promo\n1960-01-01,0.5\n1960-02-01,-0.25"
        page.get_by_label("What the future is given").fill(future)
        expect(page.locator(".forecast canvas")).to_be_visible(timeout=30_000)
        regressors = [{"time": f"1960-0{i}-01", "promo": promo} for i, promo in ((1, 0.5), (2, -0.25))]
        rows = stack.client.post("/forecast", json={"horizon": 2, "regressors": regressors}).json()["predictions"]
        for language, program in (("curl", "bash -c"), ("R", "Rscript -e"), ("Python", f"{sys.executable} -c")):
            page.get_by_role("button", name=language, exact=True).click()
            page.get_by_role("button", name="Copy").click()
            written = page.evaluate("navigator.clipboard.readText()")
            assert "predict" not in written
            told = subprocess.run(
                [*program.split(), written], capture_output=True, text=True, check=True,
                env=os.environ | {"R_LIBS": str(tmp_path)},
            ).stdout  # fmt: skip
            for row in rows:
                assert str(row["prediction"])[:6] in told, (language, told)
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_everybody_can_use_it(page: Page, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_input_files("#file", EXAMPLES / "mtcars-mpg/tests/example.csv")
    expect(page.get_by_text("Predicting the rows")).to_have_count(0)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id").startswith("in-")


def test_a_key_is_asked_for_and_kept_for_the_tab_alone(
    browser: Browser, served: tuple[str, Stack], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.toml"
    made = subprocess.run(
        [sys.executable, "-m", "ao", "key", "add", "me", "--file", str(keys)],
        capture_output=True, text=True, check=True, env=os.environ,
    )  # fmt: skip
    secret = next(word for word in made.stdout.replace('"', " ").split() if word.startswith("ao_"))
    model = f"127.0.0.1:{served[1].model.port}"
    with running("anops_api_service", "--port", "0", "--model-url", model, "--keys-file", str(keys)) as api:
        address = f"http://127.0.0.1:{api.port}/"
        wait_until(lambda: httpx.get(f"{address}health/ready", timeout=60).status_code == 200)
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Key or token").fill("ao_wrong")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Key or token").fill(secret)
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".prediction")).to_be_visible()
        page.reload()
        expect(page.locator(".prediction")).to_be_visible()
        assert page.evaluate("Object.keys(localStorage).length") == 0
        assert context.cookies() == []
        other = context.new_page()
        other.goto(address)
        expect(other.get_by_label("Key or token")).to_be_visible()
        context.close()
