"""The page of a model, without a browser; integration-tests/test_model_page.py looks at it in one."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from anops_api_service.access import layers_of
from anops_api_service.documents.model_page import FOLDER
from anops_api_service.settings import Settings
from anops_http.access.key_file import hash_of, new_secret
from running_service import run_service

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from fake_model_service import FakeModelService, Loop

MOST_BYTES = 200_000


def _files() -> list[Path]:
    return [path for path in FOLDER.rglob("*") if path.suffix in {".html", ".js", ".css"}]


def test_the_page_and_all_its_parts_are_small_and_from_here(http: httpx.Client) -> None:
    page = http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    parts = re.findall(r'(?:src|href)="(page/[^"]+)"', page.text)
    assert "page/page.js" in parts
    for prefix in ("", "/models/cars", "/models/cars/versions/1.0.0"):
        assert http.get(f"{prefix}/").text == page.text
        for part in parts:
            assert http.get(f"{prefix}/{part}").status_code == 200, part
    assert http.get("/page/__init__.py").status_code == http.get("/page/../card.py").status_code == 404
    assert sum(len(gzip.compress(path.read_bytes())) for path in _files()) < MOST_BYTES


def test_each_script_finds_those_that_it_imports() -> None:
    for script in FOLDER.glob("*.js"):
        for name in re.findall(r'from "(\./[^"]+)"', script.read_text(encoding="utf-8")):
            assert (script.parent / name).is_file(), f"{script.name} imports {name}"


def test_the_page_comes_without_a_key_and_what_it_asks_for_does_not(
    loop: Loop, model_service: FakeModelService, tmp_path: Path
) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(f'[[key]]\nname = "me"\nhash = "{hash_of(new_secret())}"\nscopes = ["predict"]\n')
    with run_service(loop, model_service.url, layers=layers_of(Settings(keys_file=file))) as service:
        service.wait_until_ready()
        assert service.http.get("/").status_code == service.http.get("/page/page.js").status_code == 200
        assert service.http.get("/models/cars/page/../model").status_code == 401
        refused = service.http.get("/model", headers={"sec-fetch-mode": "cors"})
        assert refused.status_code == 401
        assert "Basic" not in refused.headers["www-authenticate"]  # a browser would ask for it over the page
