"""A model that needs more than it is served with is found by `ao check`, and a project says what it needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules.isolation import RULE
from anops_control.rules.predictions import RULE as PREDICTIONS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what it is done with is Linux's")
WRITES = {
    "python": ("model.py", "def load_model(path):\n", "    open({file!r}, 'w').close()\n"),
    "r": ("model.R", "load_model <- function(path) {\n", "  close(file({file!r}, 'w'))\n"),
}


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_model_that_writes_files_fails_as_it_would_where_it_is_served(
    language: str, request: pytest.FixtureRequest
) -> None:
    project: Path = request.getfixturevalue(f"{language}_project")
    kept = project.parent / "kept"
    kept.mkdir()
    name, head, line = WRITES[language]
    code = (project / name).read_text().replace("function(path) readRDS(path)", "function(path) {\nreadRDS(path)\n}")
    assert head in code
    (project / name).write_text(code.replace(head, head + line.format(file=str(kept / "note"))))

    (found,) = PREDICTIONS.inspect(load(project))
    assert '`writable = ["FOLDER"]` lets it write there' in (found.remedy or "")
    assert not (kept / "note").exists()

    with (project / "ao.toml").open("a") as settings:
        settings.write(f'\n[service]\nwritable = ["{kept}"]\n')
    assert list(PREDICTIONS.inspect(load(project))) == []
    assert (kept / "note").exists()
    (note,) = RULE.inspect(load(project))
    assert (note.severity, note.message) == (Severity.NOTE, f"Its code writes in `{kept}`: `writable`.")
