"""A workspace on Kubernetes, before a real API server: brought up, worked with, scaled, taken down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from running_node import RunningNode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from control_plane import ControlPlane

pytestmark = pytest.mark.long
# as the mission's own example, but for the name of the cluster
PROVIDER = "kind: Provider\nprovider: local\nspec:\n  kubeconfig: {kubeconfig}\n  context: tested\n{more}"
EXPERIMENTS = """
[experiments.python]
function = "coin.py:toss"
parameters.p = [0.2, 0.5]
replicates = 20

[experiments.r]
function = "coin.R:toss"
parameters.p = [0.2, 0.5]
replicates = 20
"""


@dataclass
class Person:
    folder: Path
    path: str

    def ao(self, *arguments: str, code: int = 0, home: str = "home") -> str:
        environ = os.environ | {"ANOPS_HOME": str(self.folder / home), "PATH": self.path}
        asked = [sys.executable, "-m", "ao", *arguments]
        done = subprocess.run(
            asked, cwd=self.folder, env=environ, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def values(self, name: str) -> list[str]:
        self.ao("sim", "results", name, "--output", f"{name}.csv", "--force")
        return [line.split(",")[5] for line in (self.folder / f"{name}.csv").read_text().splitlines()]


@pytest.fixture
def person(plane: ControlPlane, tmp_path: Path) -> Iterator[Person]:
    folder = tmp_path / "project"
    (folder / "providers").mkdir(parents=True)
    (folder / "ao.toml").write_text(EXPERIMENTS)
    (folder / "coin.py").write_text("def toss(p, rng):\n    return int(rng.random() < p)\n")
    (folder / "coin.R").write_text("toss <- function(p) as.integer(runif(1) < p)\n")
    for name, more in (("cluster", ""), ("broken", "  image: broken\n")):
        text = PROVIDER.format(kubeconfig=plane.kubeconfig, more=more)
        (folder / "providers" / f"{name}.yaml").write_text(text)
    pods = tmp_path / "pods"
    pods.mkdir()
    with RunningNode(plane, pods) as node:
        yield Person(folder, node.path)


def kubectl(plane: ControlPlane, *arguments: str) -> str:
    asked = ["kubectl", f"--kubeconfig={plane.kubeconfig}", *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def test_a_workspace_lives(person: Person, plane: ControlPlane) -> None:
    person.ao("workspace", "up", "dev", "--provider", "cluster", "--min-workers", "2", "--max-workers", "3")
    assert "dev" in person.ao("workspace", "up", "dev", "--provider", "cluster", "--min-workers", "2",
                              "--max-workers", "3")  # fmt: skip
    told = json.loads(person.ao("workspace", "status", "dev", "--json"))
    assert (told["state"], told["workers"]) == ("up", 2)
    for name in ("python", "r"):
        person.ao("sim", "run", name)
        here = person.values(name)
        assert len(here) == 41
        (person.folder / ".anops").rename(person.folder / f".here-{name}")
        person.ao("sim", "run", name, "--workspace", "dev")
        assert person.values(name) == here

    # somebody else finds the place taken, and changes nothing there
    assert "holds a workspace already: `dev`" in person.ao(
        "workspace", "up", "dev", "--provider", "cluster", code=1, home="other"
    )
    person.ao("workspace", "scale", "dev", "--min-workers", "1", "--max-workers", "1")
    deployment = json.loads(kubectl(plane, "get", "deployment", "worker", "--namespace=anops-dev", "--output=json"))
    assert deployment["spec"]["replicas"] == 1
    assert "worker" not in kubectl(plane, "get", "hpa", "--namespace=anops-dev")

    person.ao("workspace", "down", "dev")
    assert "anops-dev" not in kubectl(plane, "get", "namespaces")
    assert json.loads(person.ao("workspace", "list", "--json"))["workspaces"] == []


def test_one_that_does_not_start_is_told_and_leaves_nothing(person: Person, plane: ControlPlane) -> None:
    said = person.ao("workspace", "up", "lame", "--provider", "broken", code=1)
    assert "ErrImagePull" in said
    assert "there is no such image" in said
    assert "anops-lame" not in kubectl(plane, "get", "namespaces")
    assert json.loads(person.ao("workspace", "list", "--json"))["workspaces"] == []
