"""An environment on Kubernetes, before a real API server: brought up, replaced, repaired, rolled back, taken down."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from pathlib import Path

    from control_plane import ControlPlane, Node

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("node")]
TABLE = """
[deployment.live]
provider = "kubernetes"
context = "tested"
model = "iris@champion"
hosts = ["iris.example.org"]
image = "registry.example.org/team/iris:{image}"
{more}
"""


@dataclass
class Project:
    folder: Path

    def ao(self, *arguments: str, code: int = 0) -> str:
        asked = [sys.executable, "-m", "ao", *arguments]
        done = subprocess.run(asked, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def deployed(self, image: str, more: str = "") -> None:
        before = (self.folder / "ao.toml").read_text().partition("\n[deployment.live]")[0]
        more = more if "replicas =" in more else f"{more}\nreplicas = 2"
        (self.folder / "ao.toml").write_text(before + TABLE.format(image=image, more=more))

    @property
    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.ao("deploy", "status", "live", "--json"))
        (found,) = told["environments"]
        return dict(found)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("work")
    data, species = load_iris(return_X_y=True, as_frame=True)
    joblib.dump(LogisticRegression(max_iter=500).fit(data, species), folder / "iris.joblib")
    first = Project(folder)
    first.ao("init", "iris", "--model", "iris.joblib")
    project = Project(folder / "iris")
    project.ao("model", "register", "--alias", "champion")
    return project


def kubectl(plane: ControlPlane, *arguments: str) -> str:
    asked = ["kubectl", f"--kubeconfig={plane.kubeconfig}", *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def images(plane: ControlPlane) -> set[str]:
    told = json.loads(kubectl(plane, "get", "deployment", "iris", "--namespace=iris-live", "--output=json"))
    return {each["image"] for each in told["spec"]["template"]["spec"]["containers"]}


def test_an_environment_lives(project: Project, plane: ControlPlane, node: Node) -> None:
    project.deployed("1")
    assert "iris.example.org" in project.ao("deploy", "apply", "live")
    status = project.status
    assert (status["state"], status["drift"]) == ("up", [])
    assert [each["state"] for each in status["replicas"]] == ["answers", "answers"]
    assert "nothing" in project.ao("deploy", "plan", "live").lower()

    # another one takes over, and two answer all the time
    node.fewest_ready.clear()
    project.deployed("2")
    project.ao("deploy", "apply", "live")
    assert "registry.example.org/team/iris:2" in images(plane)
    assert node.fewest_ready["iris-live"] >= 2

    # one that does not start changes nothing
    project.deployed("broken")
    said = project.ao("deploy", "apply", "live", code=1)
    assert "ErrImagePull" in said
    assert "there is no such image" in said
    assert "registry.example.org/team/iris:2" in images(plane)
    assert node.fewest_ready["iris-live"] >= 2
    project.deployed("2")
    assert project.status["state"] == "up"

    project.ao("deploy", "rollback", "live")
    assert "registry.example.org/team/iris:1" in images(plane)
    project.ao("deploy", "down", "live")
    assert "iris" not in kubectl(plane, "get", "deployments,services,networkpolicies,ingresses,pdb", "--all-namespaces")


def test_what_was_changed_by_hand_is_found_and_mended(project: Project, plane: ControlPlane) -> None:
    project.deployed("1")
    project.ao("deploy", "apply", "live")
    kubectl(plane, "scale", "deployment/iris", "--namespace=iris-live", "--replicas=5")
    kubectl(plane, "delete", "service/iris", "--namespace=iris-live")
    drift = project.status["drift"]
    assert any("replicas: 5" in each for each in drift), drift
    assert "The Service `iris` is gone." in drift
    project.ao("deploy", "apply", "live")
    assert project.status["drift"] == []
    assert len(project.status["replicas"]) == 2
    project.ao("deploy", "down", "live")


def test_what_is_no_longer_wanted_goes_and_what_is_others_stays(project: Project, plane: ControlPlane) -> None:
    kubectl(plane, "create", "namespace", "team")
    project.deployed("1", 'namespace = "team"')
    project.ao("deploy", "apply", "live")
    assert "iris" in kubectl(plane, "get", "pdb", "--namespace=team")
    project.deployed("1", 'namespace = "team"\nreplicas = 1')
    project.ao("deploy", "apply", "live")
    assert "iris" not in kubectl(plane, "get", "pdb", "--namespace=team")
    assert project.status["drift"] == []
    project.deployed("1", 'namespace = "team"\nreplicas = 1\nmax_replicas = 4')
    assert "It needs 1.23 or later; or leave out max_replicas." in project.ao("deploy", "apply", "live", code=1)
    project.deployed("1", 'namespace = "team"\nreplicas = 1')
    assert project.status["state"] == "up"
    project.ao("deploy", "down", "live")
    assert "pod-security" not in kubectl(plane, "get", "namespace", "team", "--output=yaml")


def test_keys_that_are_not_there_are_told(project: Project, plane: ControlPlane) -> None:
    project.deployed("1", 'namespace = "team"\nkeys = "callers"')
    said = project.ao("deploy", "apply", "live", code=1)
    assert "has no Secret `callers`" in said
    assert "kubectl create secret generic callers --namespace=team --from-file=keys.toml" in said
    project.deployed("1", 'namespace = "nowhere"\nkeys = "callers"')
    assert "kubectl create namespace nowhere && kubectl create" in project.ao("deploy", "apply", "live", code=1)
    project.deployed("1", 'namespace = "team"\nkeys = "callers"')
    (project.folder / "keys.toml").write_text("")
    kubectl(plane, "create", "secret", "generic", "callers", "--namespace=team",
            f"--from-file={project.folder / 'keys.toml'}")  # fmt: skip
    project.ao("deploy", "apply", "live")
    project.ao("deploy", "down", "live")
    assert "callers" in kubectl(plane, "get", "secrets", "--namespace=team")


def test_a_cluster_out_of_reach_is_told_and_goes_on_later(project: Project, plane: ControlPlane) -> None:
    project.deployed("1")
    project.ao("deploy", "apply", "live")
    plane.stop_api()
    try:
        assert "The cluster of the context `tested` does not answer." in project.ao("deploy", "status", "live", code=1)
    finally:
        plane.start_api()
    assert project.status["state"] == "up"
    project.ao("deploy", "down", "live")
