"""A place is found by its name, and a distribution of anyone adds one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

CODE = """
from contextlib import contextmanager
from pathlib import Path

from anops_control.places.here import Here, here


class Shed(Here):
    def run(self, command, **more):
        with Path(self.project, "ran").open("a") as file:
            file.write(more["what"] + "\\n")
        return super().run(command, **more)


@contextmanager
def opened(configuration, events, limits):
    with here(configuration.project) as place:
        yield Shed(configuration.project, Path(place.scratch))
"""


@pytest.fixture
def shed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution that offers the places `shed` and `broken`."""
    folder = tmp_path / "site"
    told = folder / "anops_shed-1.0.dist-info"
    told.mkdir(parents=True)
    (folder / "anops_shed.py").write_text(CODE)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: anops-shed\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[anops.places]\nshed = anops_shed:opened\nbroken = anops_barn:opened\n")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.mark.usefixtures("shed")
def test_checks_run_in_the_place_of_an_adapter(ao: Callable[..., Result], python_project: Path) -> None:
    ended = ao("check", "--place", "shed", "--json", folder=python_project)
    assert ended.exit_code == 0, ended.output
    rules = json.loads(ended.stdout)["summary"]["rules"]
    assert rules == {"lint": "passed", "tests": "passed", "coverage": "warned", "predictions": "passed"}
    assert (python_project / "ran").read_text().splitlines() == ["Ruff", "The test run", "Looking at the model"]


@pytest.mark.usefixtures("shed")
@pytest.mark.parametrize(
    ("flags", "code", "told"),
    [
        (["--place", "shet"], 2, "There is no place `shet` to run checks in."),
        (["--place", "shet"], 2, "Did you mean `shed`?"),
        (["--place", "broken"], 3, "`anops_barn:opened` fails when it is imported."),
        (["--place", "shed", "--only", "schema"], 2, "The rule `schema` looks at this machine alone."),
        (["--only", "coverage"], 2, "Look there: ao check --place docker"),
        (["--place", "shed", "--fix"], 2, "Leave out --place."),
    ],
)
def test_what_can_not_be_looked_at_is_told(
    flags: list[str], code: int, told: str, ao: Callable[..., Result], python_project: Path
) -> None:
    ended = ao("check", *flags, folder=python_project)
    assert told in " ".join(ended.stderr.split())
    assert ended.exit_code == code
