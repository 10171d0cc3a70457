"""The pages become a site, without a fault and without the web."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_WEB = re.compile(
    r"""<(script|img|iframe|source)[^>]*\ssrc="?(https?:)?//"""
    r"""|<link[^>]*rel="?(stylesheet|preconnect)[^>]*href="?(https?:)?//"""
)
"""What makes a browser fetch something from elsewhere; a link that one may click is none of it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_builds_strictly_with_every_page(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_the_site_loads_nothing_from_the_web(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert pages
    assert not [page.name for page in pages if _WEB.search(page.read_text(encoding="utf-8"))]
    assert not [css.name for css in site.rglob("*.css") if re.search(r"url\(\"?(https?:)?//", css.read_text())]


def test_the_tests_are_no_part_of_the_site(site: Path) -> None:
    assert not list(site.rglob("*.py"))
