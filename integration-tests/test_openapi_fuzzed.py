"""The service's own description, taken at its word by schemathesis: no request ends in a failure of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long
INPUTS = """
a = "number"
b = { type = "number", min = 0 }
g = { type = "category", levels = ["low", "high"], missing = "allow" }
d = { type = "date", missing = "allow" }
t = { type = "datetime", timezone = "Europe/Berlin", missing = "allow" }
n = { type = "integer", missing = "allow" }
"""
HOOKS = """
import schemathesis

@schemathesis.serializer("application/jsonlines", "application/x-ndjson")
def lines(context, value):
    return (value if isinstance(value, str) else str(value)).encode(errors="replace")
"""
"""How a body of JSON lines is written: schemathesis knows no such type, and counts what it can't send as an error."""


@pytest.fixture(scope="module")
def schemathesis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schemathesis")
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], check=True, timeout=60)
    install = ["uv", "pip", "install", "--quiet", "--python", str(folder / "bin/python"), "schemathesis>=4.32,<5"]
    subprocess.run(install, check=True, timeout=300)
    return folder / "bin/st"


def test_no_request_by_the_description_ends_in_a_failure(schemathesis: Path, language: str, tmp_path: Path) -> None:
    options = 'power = { type = "number", default = 1 }'
    project = write_project(tmp_path / "m", language, "sum", inputs=INPUTS, options=options, row_independent=True)
    (tmp_path / "hooks.py").write_text(HOOKS, encoding="utf-8")
    with serving(project) as stack:
        wanted = ("--checks", "not_a_server_error", "--max-examples", "150", "--seed", "1")
        ended = subprocess.run(
            [str(schemathesis), "run", str(stack.client.base_url.join("openapi.json")), *wanted],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)},
        )
        assert ended.returncode == 0, ended.stdout[-4000:]
        assert stack.client.get("/health/ready").status_code == 200
    made = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert made is not None
    sys.stdout.write(f"\nmeasured: openapi {language}: {made[0]}\n")
