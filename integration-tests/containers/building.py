"""What the tests of `ao build` share: small projects, the command as a person runs it, and a real registry."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docker
from docker.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = """\
import json
from pathlib import Path


def load_model(path):
    return json.loads(Path(path).read_text())


def predict_model(model, data):
    return model["intercept"] + model["slope"] * data["x"]
"""
TEST = """\
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from model import load_model, predict_model


def test_two_and_three():
    model = load_model(Path(__file__).parents[1] / "model.json")
    assert predict_model(model, pd.DataFrame({"x": [2, 3]})).tolist() == [5, 7]
"""


@dataclass(frozen=True)
class Ended:
    """How `ao build` ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def told(self) -> Any:
        """What `--json` wrote."""
        return json.loads(self.stdout)

    @property
    def message(self) -> list[str]:
        """The error that a person reads: its lines from the mark on."""
        lines = self.stderr.splitlines()
        return lines[next(number for number, line in enumerate(lines) if line.startswith("✖")) :]


def ao(*arguments: str, folder: Path, **environment: str) -> Ended:
    """Run `ao` as a person does."""
    command = [sys.executable, "-m", "ao", *arguments]
    env = os.environ | {"DOCKER_CONFIG": str(folder / "no-docker-config")} | environment
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def write_line_project(folder: Path, dockerfile: Path, *, name: str = "ao-test-line") -> Path:
    """Write a Python project that needs nothing but what its base has."""
    (folder / "tests").mkdir(parents=True)
    (folder / "ao.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.2.0"\nlanguage = "python"\n'
        '[model]\nartifact = "model.json"\ncode = "model.py"\n'
        '[model.inputs]\nx = "number"\n[model.outputs]\nprediction = "number"\n'
    )
    (folder / "model.json").write_text('{"intercept": 1, "slope": 2}')
    (folder / "model.py").write_text(CODE)
    (folder / "tests/test_model.py").write_text(TEST)
    reference = {"rows": {"columns": {"x": [2, 3]}}, "predictions": {"columns": {"prediction": [5, 7]}}}
    (folder / "tests/reference.json").write_text(json.dumps(reference))
    (folder / "requirements.txt").write_text("")
    shutil.copy(dockerfile, folder / "Dockerfile")
    return folder


def add(folder: Path, *lines: str, file: str = "ao.toml") -> None:
    """Append lines to a file of a project."""
    with (folder / file).open("a") as written:
        written.write("\n".join(lines) + "\n")


def _thrown_away(client: docker.DockerClient) -> set[str]:
    """Return the ids of the containers and images of the checks."""
    # summaries alone: what another test removes meanwhile can't be looked at more closely
    looks = client.api.containers, client.api.images
    return {found["Id"] for look in looks for found in look(all=True, filters={"label": "org.anops.throw-away"})}


@contextmanager
def nothing_left(*names: str) -> Iterator[None]:
    """Check that no container and no image of the checks is left, and remove the images of these names."""
    client = docker.from_env()
    before = _thrown_away(client)  # of a build that somebody killed
    try:
        yield
        assert _thrown_away(client) <= before
    finally:
        for image in client.api.images():
            for reference in [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]:
                if any(name in reference for name in names):
                    with suppress(NotFound):  # the last tag takes the digests with it
                        client.images.remove(reference, noprune=True)
        client.close()
