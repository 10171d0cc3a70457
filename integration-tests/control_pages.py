"""The control service, and a browser that looks at its pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from stack import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

_STARTED = """
import sys
from pathlib import Path
from anops_control_service.server import serve
from anops_control_service.settings import Settings
serve(Settings(Path(sys.argv[1])), 0, lambda url: print(url, flush=True))
"""
_PHONE = {"width": 390, "height": 800}


@contextmanager
def controlled(root: Path) -> Iterator[tuple[str, str]]:
    """Run the control service of a folder of projects, and give its address and token."""
    process = subprocess.Popen([sys.executable, "-c", _STARTED, str(root)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()

        def answers() -> bool:
            try:
                return httpx.get(f"{url}/health", trust_env=False).status_code == 200
            except httpx.ConnectError:
                return False

        wait_until(answers)
        yield url, (root / ".anops-control/token").read_text().strip()
    finally:
        process.terminate()
        process.wait(90)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def browsed(address: str) -> Iterator[Page]:
    """Open a page; in the end no script has failed, and the page has held its own security policy."""
    chromium = shutil.which("chromium")
    assert chromium is not None, "there is no browser: scripts/system_packages.sh everything"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
        page.goto(address)
        yield page
        browser.close()
        assert faults == []


def looked(page: Page, token: str, project: str) -> None:
    """Give the token, choose a project, and wait until all of it is shown."""
    page.get_by_label("Token", exact=True).fill(token)
    page.get_by_label("Token", exact=True).press("Tab")
    expect(page.get_by_label("Project", exact=True)).to_be_enabled()
    page.get_by_label("Project", exact=True).select_option(project)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("status")).to_contain_text("UTC", timeout=90_000)


def fit_for_everyone(page: Page, picture: str | None = None) -> None:
    """Hold a page to the rules of axe: light and dark, on a desk and on a phone, where nothing is cut off.

    Args:
        page: The page.
        picture: Where a picture of each is put, without `.png`; None puts none.
    """
    for size in ({"width": 1280, "height": 900}, _PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  a plain dict
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  one of its two
            assert Axe().run(page).response["violations"] == []
            if picture is not None:
                page.screenshot(path=f"{picture}-{size['width']}-{scheme}.png", full_page=True)
