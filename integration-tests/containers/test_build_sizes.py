"""The images are as large as their page says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import docker
import pytest

if TYPE_CHECKING:
    from pathlib import Path

IMAGES = ("api-service", "model-service-python", "model-service-r", "cli", "control-service", "integration-tests")


@pytest.mark.parametrize("image", IMAGES)
def test_the_page_has_the_size(image: str, root: Path) -> None:
    page = (root / "docs/how-to/docker.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `anops/{image}` \| (\d+) MB \| (\d+) MB \| (\d+) MB \| (\d+) MB \|", page, re.MULTILINE)
    assert row is not None
    total, *parts = map(int, row.groups())
    client = docker.from_env()
    size = client.images.get(f"anops/{image}:0.1").attrs["Size"] / 1e6
    client.close()
    # Debian's archive and the minor versions of its packages move a little
    assert total == pytest.approx(size, rel=0.03)
    assert sum(parts) == pytest.approx(total, abs=5)
