"""What Kubernetes and Azure are given: objects that a cluster takes, programs that are whole."""

from __future__ import annotations

import ast
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from anops_control.standing.kubernetes_rules import faults_of
from anops_workspaces.adapter import WORKSPACES
from anops_workspaces.failures import WorkspaceError
from printed_providers import AZURE, LOCAL

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = "1.37"
EXAMPLES = {"azure": AZURE, "cluster": LOCAL}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "providers").mkdir()
    for name, text in EXAMPLES.items():
        (tmp_path / "providers" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def form(home: Path, provider: str, most: int = 5) -> dict[str, Any]:
    planned = WORKSPACES.plan("dev", home=home, folder=home, provider=provider, least=2, most=most)
    return dict(planned["form"])


@pytest.mark.parametrize("provider", EXAMPLES)
def test_objects_are_valid_and_hold_no_secret(home: Path, provider: str) -> None:
    objects = form(home, provider)["objects"]
    for each in objects:
        kubernetes_validate.validate(yaml.safe_load(yaml.safe_dump(each)), RELEASE, strict=True)
    kinds = [each["kind"] for each in objects]
    assert kinds == [
        "Namespace", "NetworkPolicy", "Deployment", "Service", "Deployment", "HorizontalPodAutoscaler",
    ]  # fmt: skip
    assert faults_of(objects) == []
    workers = objects[4]["spec"]
    assert workers["replicas"] == 2
    pod = workers["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"]
    assert objects[5]["spec"]["maxReplicas"] == 5
    assert "PRIVATE KEY" not in json.dumps(objects)


def test_a_fixed_number_of_workers_needs_no_autoscaler(home: Path) -> None:
    assert "HorizontalPodAutoscaler" not in [each["kind"] for each in form(home, "cluster", most=2)["objects"]]


def test_rules_find_what_schemas_let_pass(home: Path) -> None:
    objects = form(home, "cluster")["objects"]

    def broken(number: int, change: Any) -> str:
        other = deepcopy(objects)
        change(other[number])
        kubernetes_validate.validate(other[number], RELEASE, strict=True)  # the schema sees nothing
        return "\n".join(faults_of(other))

    def of_cpu(told: Any) -> None:
        told["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"] = "lots"

    assert "limits of cpu must be an amount such as `500m` or `2Gi`, not 'lots'" in broken(4, of_cpu)
    relabelled = broken(4, lambda told: told["spec"]["template"]["metadata"].update(labels={"a": "b"}))
    assert "Deployment `worker`: its selector does not match the labels of its pods." in relabelled
    assert "Service `scheduler`: its selector matches no pods." in broken(
        3, lambda told: told["spec"].update(selector={"a": "b"})
    )
    assert "there is no Deployment `wrker`" in broken(
        5, lambda told: told["spec"]["scaleTargetRef"].update(name="wrker")
    )


def test_azure_is_a_pulumi_program_and_terraform_json(home: Path) -> None:
    made = form(home, "azure")
    assert made["label"] == "rendered, never applied"
    program = ast.parse(made["__main__.py"])
    assigned = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in program.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
    }
    assert assigned["SETTINGS"]["cluster"] == "modelops-aks"
    assert assigned["OBJECTS"] == made["objects"]
    told = json.loads(made["main.tf.json"])
    cluster = told["resource"]["azurerm_kubernetes_cluster"]["workspace"]
    assert cluster["default_node_pool"][0]["max_count"] == 5
    assert told["provider"]["azurerm"][0]["use_cli"]
    assert len(told["resource"]["kubernetes_manifest"]) == len(made["objects"])
    configuration = yaml.safe_load(made["Pulumi.dev.yaml"])["config"]
    assert configuration["azure-native:subscriptionId"] == "xxx-xxx-xxx"
    assert yaml.safe_load(made["Pulumi.yaml"])["runtime"] == "python"


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("azure", "A workspace on Azure is rendered and checked, but not brought up, by this version"),
        ("cluster", "kubectl"),
    ],
)
def test_what_can_not_be_brought_up_is_told_and_leaves_nothing(home: Path, provider: str, said: str) -> None:
    asked: dict[str, Any] = {"home": home, "folder": home, "provider": provider, "least": 1, "most": 1}
    with pytest.raises(WorkspaceError, match=said):
        WORKSPACES.up("dev", **asked, doing=lambda _: None)
    assert WORKSPACES.list(home) == []
