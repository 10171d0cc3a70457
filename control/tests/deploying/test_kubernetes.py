"""What Kubernetes is given for an environment: objects that a cluster takes, and that lose no request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from anops_control.deploying.compiling import compile_environment
from anops_control.deploying.providers import kubernetes
from anops_control.deploying.providers.kubernetes_drift import told_apart
from anops_control.deploying.providers.kubernetes_objects import objects
from anops_control.deploying.providers.provider import Home
from anops_control.standing.failure import StandingError
from anops_control.standing.kubernetes_rules import faults_of
from anops_control.standing.older_clusters import as_known_by
from anops_control.tracking.port import Version
from anops_project.sections.deployment import DeploymentSection

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = "1.37"
SECTION = DeploymentSection(
    provider="kubernetes", model="demand@champion", replicas=3, max_replicas=10, cpus=2.0, memory="2 GB",
    keys="demand-keys", hosts=("demand.example.org",), drain_seconds=20.0, workers=2,
    image="registry.example.org/team/demand@sha256:" + "a" * 64,
)  # fmt: skip


def form(tmp_path: Path, section: DeploymentSection = SECTION, project: str = "demand", **tags: str) -> tuple[Any, Any]:
    tags |= {"anops.version": "1.2.0", "anops.digest": "sha256:ab"}
    version = Version(model="demand", number=3, tags=tags)
    ir = compile_environment(project, "live", section, version, None)
    return ir, kubernetes.build(ir, Home(tmp_path, tmp_path))


def of_kind(objects: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [each for each in objects if each["kind"] == kind]
    return found


def test_objects_are_valid_and_confined(tmp_path: Path) -> None:
    _, told = form(tmp_path)
    objects = told["objects"]
    for each in objects:
        kubernetes_validate.validate(yaml.safe_load(yaml.safe_dump(each)), RELEASE, strict=True)
    assert [each["kind"] for each in objects] == [
        "Namespace", "NetworkPolicy", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler",
        "Ingress",
    ]  # fmt: skip
    assert of_kind(objects, "NetworkPolicy")["spec"]["egress"] == []
    pod = of_kind(objects, "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {"name": "keys", "secret": {"secretName": "demand-keys", "defaultMode": 0o440}} in pod["volumes"]
    (metric,) = of_kind(objects, "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert metric["pods"]["metric"]["name"] == "anops_queue_requests"


def test_a_rollout_loses_no_request(tmp_path: Path) -> None:
    ir, told = form(tmp_path)
    spec = of_kind(told["objects"], "Deployment")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = spec["template"]["spec"]
    (api,), (model,) = pod["containers"], pod["initContainers"]
    assert api["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    leaves = int(api["lifecycle"]["preStop"]["exec"]["command"][-1].rpartition("(")[2].rstrip(")"))
    assert model["restartPolicy"] == "Always"  # it ends after the api-service, and drains too
    assert pod["terminationGracePeriodSeconds"] > leaves + 2 * ir.drain_seconds


def test_a_challenger_is_a_container_of_the_same_pod_in_its_own_environment_alone() -> None:
    section = replace(SECTION, model="demand@champion", challenger="demand@challenger", challenger_share=0.2,
                      image="registry.example.org/team/demand:{version}")  # fmt: skip
    first, second = (
        Version(
            model="demand", number=number, tags={"anops.version": f"1.{number}.0", "anops.digest": f"sha256:{number}"}
        )
        for number in (1, 2)
    )
    ir = compile_environment("demand", "live", section, first, second)
    made = objects(ir, {"ANOPS_SPLIT": "demand/1.1.0=0.8,demand/1.2.0=0.2"})
    for each in made:
        kubernetes_validate.validate(yaml.safe_load(yaml.safe_dump(each)), RELEASE, strict=True)
    assert faults_of(made) == []
    pod = of_kind(made, "Deployment")["spec"]["template"]["spec"]
    images = {each["name"]: each["image"].rpartition(":")[2] for each in pod["initContainers"]}
    assert images == {"model": "1.1.0", "challenger": "1.2.0"}
    told = {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}
    assert told["ANOPS_MODEL_URL"] == "127.0.0.1:9000,127.0.0.1:9001"
    assert told["ANOPS_SPLIT"].endswith("1.2.0=0.2")
    ports = [
        each["value"] for part in pod["initContainers"] for each in part["env"] if each["name"] == "ANOPS_GRPC_PORT"
    ]
    assert ports == ["9001"]
    files = kubernetes.render(ir, {"objects": made})
    assert "challenger" not in files["base/deployment.yaml"]
    patch = yaml.safe_load(files["overlays/live/deployment-patch.yaml"])["spec"]["template"]["spec"]
    assert patch["initContainers"][1] == pod["initContainers"][1]  # whole: the base has none


def test_a_single_copy_has_neither_budget_nor_autoscaler(tmp_path: Path) -> None:
    _, told = form(tmp_path, replace(SECTION, replicas=1, max_replicas=None, hosts=(), keys=None))
    kinds = [each["kind"] for each in told["objects"]]
    assert kinds == ["Namespace", "NetworkPolicy", "Deployment", "Service"]


def test_what_a_cluster_would_refuse_is_told(tmp_path: Path) -> None:
    with pytest.raises(StandingError) as refused:
        form(tmp_path, replace(SECTION, namespace="My_Team"))
    assert any("lower-case letters" in each for each in refused.value.details)


def test_overlays_have_what_differs_and_the_base_what_does_not(tmp_path: Path) -> None:
    ir, told = form(tmp_path)
    files = kubernetes.render(ir, told)
    base = "".join(text for path, text in files.items() if path.startswith("base/"))
    for each in (": live", "demand.example.org", "sha256:ab", "demand-keys", "ANOPS_"):
        assert each not in base
    other, told = form(tmp_path, replace(SECTION, replicas=1, max_replicas=None, hosts=(), keys=None, cpus=None))
    again = kubernetes.render(other, told)
    assert {path: text for path, text in again.items() if path.startswith("base/")} == {
        path: text for path, text in files.items() if path.startswith("base/")
    }
    overlay = yaml.safe_load(files["overlays/live/kustomization.yaml"])
    assert overlay["resources"][0] == "../../base"
    assert {f"overlays/live/{each}" for each in overlay["resources"][1:]} <= files.keys()
    assert all(text.startswith("# Rendered by `ao`.") for text in files.values())


def test_several_machines_share_what_is_observed_of_a_series_or_are_refused(tmp_path: Path) -> None:
    series = {"anops.series": "true"}
    with pytest.raises(StandingError) as refused:
        form(tmp_path, **series)
    assert "series_store under [deployment.live]" in str(refused.value.remedy)
    form(tmp_path, replace(SECTION, replicas=1, max_replicas=None), **series)
    _, told = form(tmp_path, replace(SECTION, series_store="demand-series"), **series)
    for each in told["objects"]:
        kubernetes_validate.validate(yaml.safe_load(yaml.safe_dump(each)), RELEASE, strict=True)
    (api,) = of_kind(told["objects"], "Deployment")["spec"]["template"]["spec"]["containers"]
    (store,) = [each for each in api["env"] if each["name"] == "ANOPS_SERIES_STORE"]
    assert store["valueFrom"]["secretKeyRef"] == {"name": "demand-series", "key": "address"}
    (egress,) = of_kind(told["objects"], "NetworkPolicy")["spec"]["egress"]
    assert {"protocol": "TCP", "port": 5432} in egress["ports"]


def test_a_diff_is_read() -> None:
    told = """\
diff -u -N /tmp/LIVE-1/apps.v1.Deployment.live.iris /tmp/MERGED-1/apps.v1.Deployment.live.iris
--- /tmp/LIVE-1/apps.v1.Deployment.live.iris
+++ /tmp/MERGED-1/apps.v1.Deployment.live.iris
@@ -5,7 +5,7 @@
-  generation: 3
+  generation: 4
-  replicas: 5
+  replicas: 2
diff -u -N /tmp/LIVE-1/v1.Service.live.iris.dev /tmp/MERGED-1/v1.Service.live.iris.dev
--- /tmp/LIVE-1/v1.Service.live.iris.dev
+++ /tmp/MERGED-1/v1.Service.live.iris.dev
@@ -0,0 +1,9 @@
+apiVersion: v1
"""
    assert list(told_apart(told)) == [
        "In the Deployment `iris` of the cluster there is `replicas: 5`.",
        "In the Deployment `iris` of the cluster `replicas: 2` is missing.",
        "The Service `iris.dev` is gone.",
    ]


def test_an_older_cluster_gets_what_it_knows(tmp_path: Path) -> None:
    _, told = form(tmp_path)
    assert as_known_by((1, 37), told["objects"]) == told["objects"]
    with pytest.raises(StandingError, match=r"Kubernetes 1.20, which can't scale by figures of a model"):
        as_known_by((1, 20), told["objects"])
    _, told = form(tmp_path, replace(SECTION, max_replicas=None))
    older = as_known_by((1, 20), told["objects"])
    assert of_kind(older, "PodDisruptionBudget")["apiVersion"] == "policy/v1beta1"
    pod = of_kind(older, "Deployment")["spec"]["template"]["spec"]
    assert "initContainers" not in pod
    api, model = pod["containers"]
    assert "restartPolicy" not in model
    # the model goes on while the api-service finishes, and can still drain in what is left
    stays = int(model["lifecycle"]["preStop"]["exec"]["command"][-1].rpartition("(")[2].rstrip(")"))
    leaves = int(api["lifecycle"]["preStop"]["exec"]["command"][-1].rpartition("(")[2].rstrip(")"))
    assert leaves + SECTION.drain_seconds < stays < pod["terminationGracePeriodSeconds"] - SECTION.drain_seconds


def test_a_computer_without_kubectl_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ir, told = form(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StandingError, match="`kubectl` is not on this computer"):
        kubernetes.apply(ir, told, Home(tmp_path, tmp_path), lambda _: None)
