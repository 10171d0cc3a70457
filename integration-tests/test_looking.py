"""`ao status`, `ao bench` and `ao plot` look at a real service, of a model in either language."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from little_models import write_project
from stack import Stack, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INPUTS = """
a = { type = "number", seen = [0, 10], unit = "kg", missing = "allow" }
b = { type = "number", seen = [-1, 1] }
g = { type = "category", levels = ["low", "high"] }
"""


@pytest.fixture
def stack(tmp_path: Path, language: str) -> Iterator[Stack]:
    project = write_project(
        tmp_path / "project", language, "sum", inputs=INPUTS, service="workers = 2", row_independent=True
    )
    with serving(project) as stack:
        yield stack


def ao(stack: Stack, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = (*words, "--url", f"127.0.0.1:{stack.api.port}")
    return subprocess.run([sys.executable, "-m", "ao", *words], capture_output=True, text=True, check=False, cwd=folder)


def told(stack: Stack, *words: str, folder: Path) -> Any:
    done = ao(stack, *words, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_service_is_looked_at(stack: Stack, tmp_path: Path) -> None:
    rows = [{"a": 1, "b": 0, "g": "low"}, {"a": None, "b": 0, "g": "low"}, {"a": 99, "b": 0, "g": "low"}]
    assert stack.client.post("/predict", json={"data": rows}).status_code == 200
    assert stack.client.post("/predict", json={"data": [{**rows[0], "g": "new"}]}).status_code == 422
    status = told(stack, "status", folder=tmp_path)
    [model] = status["models"]
    assert (status["problem"], model["model"], model["version"], model["ready"]) == (None, "sum", "1.2.3", True)
    assert (model["requests"], model["rows"], model["refused"]) == (2, 3, {"COLUMN_LEVEL": 1})
    assert (model["workers"], model["wanted"], len(model["memory_mb"])) == (2, 2, 2)
    assert model["missing"] == model["outside"] == {"a": pytest.approx(1 / 3, abs=1e-3)}
    assert 0 < model["seconds"]["p50"] <= model["seconds"]["p99"]
    text = ao(stack, "status", folder=tmp_path).stdout
    assert re.search(r"^sum 1\.2\.3 \S+ ready$", text, re.MULTILINE)
    assert "refused     1 COLUMN_LEVEL" in text
    assert "outside     a 33.3%" in text

    bench = told(stack, "bench", "--callers", "1,8", "--seconds", "0.5", "--rows", "2", folder=tmp_path)
    assert [step["callers"] for step in bench["steps"]] == [1, 8]
    assert all(step["per_second"] > 0 and step["failures"] == {} for step in bench["steps"])
    assert 0 < bench["model_share"] < 1
    assert any("requests a second" in text for text in bench["advice"])
    shown = ao(stack, "bench", "--callers", "1,2", "--seconds", "0.2", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "requests a second, by callers" in shown.stdout

    plot = told(stack, "plot", "a", "--by", "g", "--at", "b=1", "--points", "5", folder=tmp_path)
    assert plot["places"] == [0, 2.5, 5, 7.5, 10]
    assert [line["name"] for line in plot["lines"]] == ["low", "high"]
    assert plot["lines"][0]["values"] == [1, 3.5, 6, 8.5, 11]
    shown = ao(stack, "plot", "a", folder=tmp_path)
    assert "sum 1.2.3: prediction by a (kg)" in shown.stdout
    drawn = ao(stack, "plot", "g", "--to", "effect.svg", folder=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    assert ET.parse(tmp_path / "effect.svg").getroot().tag.endswith("svg")  # noqa: S314  our own file
    unknown = ao(stack, "plot", "aa", folder=tmp_path)
    assert unknown.returncode != 0
    assert "The model has no column `aa`; it has a, b, g." in unknown.stderr


@pytest.mark.parametrize(
    ("typed", "wanted"), [("ao pre", "predict"), ("ao model pro", "promote"), ("ao status --wa", "--watch")]
)
def test_a_shell_completes_commands_and_flags(typed: str, wanted: str) -> None:
    for shell in ("bash", "zsh", "fish"):
        asked = {"_AO_COMPLETE": f"complete_{shell}", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
        asked |= {"_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        done = subprocess.run(
            [sys.executable, "-m", "ao"], capture_output=True, text=True, check=False, env={**os.environ, **asked}
        )
        assert wanted in done.stdout, (shell, done)
