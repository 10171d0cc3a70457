"""The examples on the pages are what they look like: TOML that `ao` takes, JSON, R, Python, and true answers."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from anops_model_interface.schema import Schema
from anops_project.ao_toml import AoToml
from anops_project.sections.tasks import TaskSection
from pydantic import TypeAdapter

if TYPE_CHECKING:
    from terminal import Desk

DOCS = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(*languages: str, pages: str = "**/*.md") -> list[Any]:
    return [
        pytest.param(found[2], id=f"{page.stem}-{number}")
        for page in sorted(DOCS.glob(pages))
        for number, found in enumerate(_BLOCK.finditer(page.read_text(encoding="utf-8")), start=1)
        if found[1] in languages
    ]


@pytest.mark.parametrize("text", blocks("toml"))
def test_toml_is_what_ao_takes(text: str) -> None:
    tables = tomllib.loads(text)
    if "model" in tables and "project" in tables:
        AoToml.check(tables)
    else:
        Schema.of(tables.get("model", {}))
        for task in tables.get("tasks", {}).values():
            TypeAdapter(TaskSection).validate_python(task)


@pytest.mark.parametrize("text", blocks("json"))
def test_json_is_json(text: str) -> None:
    json.loads(text)


@pytest.mark.parametrize("text", blocks("python"))
def test_python_is_python(text: str) -> None:
    compile(text, "example.py", "exec")


def test_r_is_r(tmp_path: Path) -> None:
    for number, example in enumerate(blocks("r")):
        (tmp_path / f"{number}.R").write_text(example.values[0], encoding="utf-8")
    parse = 'for (file in list.files(pattern = "[.]R$")) invisible(parse(file))'
    done = subprocess.run(["Rscript", "-e", parse], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def rest_examples() -> list[Any]:
    """Return each request of the REST page with the answer that stands below it."""
    examples: list[Any] = []
    request = ""
    for language, text in _BLOCK.findall((DOCS / "reference" / "rest.md").read_text(encoding="utf-8")):
        if language == "http":
            request = text
        elif request:
            examples.append(pytest.param(request, text, id=str(len(examples) + 1)))
            request = ""
    return examples


@pytest.mark.parametrize(("request_text", "answer"), rest_examples())
def test_a_request_of_the_rest_page_gets_its_answer(
    request_text: str, answer: str, reader_with_a_served_model: Desk
) -> None:
    head, body = request_text.split("\n\n", 1)
    first, *headers = head.splitlines()
    method, path = first.split()
    received = httpx.request(
        method,
        reader_with_a_served_model.url + path,
        content=body,
        headers=dict(header.split(": ", 1) for header in headers),
        timeout=60,
    )
    if received.headers["content-type"].startswith("text/csv"):
        assert received.text == answer
    else:
        assert _whatever_fit(received.json()) == _whatever_fit(json.loads(answer))


def _whatever_fit(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs with each request, and with the R that fitted the model."""
    model = {key: value for key, value in answer.get("model", {}).items() if key != "digest"}
    fit = {"parameters": {}} if "anops.digest" in answer.get("parameters", {}) else {}
    return answer | {"request_id": "", "model": model} | fit
