"""What others are given to bring up an environment: Argo CD, KServe, Terraform and Pulumi for Azure."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from anops_control.deploying.compiling import compile_environment
from anops_control.deploying.forms import files
from anops_control.deploying.providers import kubernetes
from anops_control.deploying.providers.provider import Home
from anops_control.tracking.port import Version
from anops_project.sections.deployment import DeploymentSection

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.deploying.ir import Ir

SECTION = DeploymentSection(
    provider="kubernetes", model="demand@champion", replicas=2, max_replicas=6, cpus=1.0, keys="demand-keys",
    image="registry.example.org/team/demand@sha256:" + "a" * 64, hosts=("demand.example.org",),
)  # fmt: skip
GIT = "https://git.example.org/team/models.git"


@pytest.fixture
def ir() -> Ir:
    version = Version(model="demand", number=3, tags={"anops.version": "1.2.0", "anops.digest": "sha256:ab"})
    return compile_environment("demand", "live", SECTION, version)


@pytest.fixture
def objects(ir: Ir, tmp_path: Path) -> list[dict[str, Any]]:
    made = kubernetes.build(ir, Home(tmp_path, tmp_path))["objects"]
    return list(made)


def rendered(form: str, ir: Ir, objects: list[dict[str, Any]]) -> dict[str, str]:
    before = deepcopy(objects)
    made = files(form, ir, objects, GIT, "deploy")
    assert objects == before
    return made


def test_argo_cd_follows_the_overlay_that_is_rendered(ir: Ir, objects: list[dict[str, Any]]) -> None:
    made = rendered("argo-cd", ir, objects)
    spec = yaml.safe_load(made["argo-cd/live.yaml"])["spec"]
    assert spec["source"] == {"repoURL": GIT, "targetRevision": "HEAD", "path": "deploy/overlays/live"}
    assert spec["destination"]["namespace"] == "demand-live"
    assert spec["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
    assert "overlays/live/kustomization.yaml" in made


@pytest.mark.long  # it installs the schema
def test_argo_cd_takes_the_application(ir: Ir, objects: list[dict[str, Any]], tmp_path: Path) -> None:
    npm, node = shutil.which("npm") or "npm", shutil.which("node") or "node"
    (tmp_path / "application.json").write_text(json.dumps(yaml.safe_load(rendered("argo-cd", ir, objects)[
        "argo-cd/live.yaml"])))  # fmt: skip
    (tmp_path / "package.json").write_text("{}")
    subprocess.run(
        [npm, "install", "--silent", "@kubernetes-models/argo-cd@4.0.0"], cwd=tmp_path, check=True, timeout=600
    )
    (tmp_path / "check.mjs").write_text(
        'import {readFileSync} from "fs";\n'
        'import {Application} from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application";\n'
        'const told = JSON.parse(readFileSync("application.json", "utf8"));\n'
        "new Application(told).validate();\n"
        "delete told.spec.destination;\n"
        'try { new Application(told).validate(); } catch { console.log("taken"); }\n'
    )
    said = subprocess.run([node, "check.mjs"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert said.stdout == "taken\n"


def test_kserve_gets_a_pod_that_is_valid_and_known_by_its_names(ir: Ir, objects: list[dict[str, Any]]) -> None:
    made = rendered("kserve", ir, objects)
    told = yaml.safe_load(made["kserve/live/inferenceservice.yaml"])
    predictor = dict(told["spec"]["predictor"])
    assert (predictor.pop("minReplicas"), predictor.pop("maxReplicas")) == (2, 6)
    assert (predictor.pop("scaleMetric"), predictor.pop("scaleTarget")) == ("cpu", 80)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "demand"}, "spec": predictor}
    kubernetes_validate.validate(pod, "1.37", strict=True)
    (api,) = predictor["containers"]
    assert api["name"] == "kserve-container"
    hosts = {each["name"]: each.get("value") for each in api["env"]}["ANOPS_HOSTS"].split(",")
    assert {"demand.example.org", "demand-predictor.demand-live.svc.cluster.local"} <= set(hosts)
    listed = yaml.safe_load(made["kserve/live/kustomization.yaml"])["resources"]
    assert {f"kserve/live/{each}" for each in listed} == made.keys() - {"kserve/live/kustomization.yaml"}


def test_terraform_finds_all_that_it_refers_to(ir: Ir, objects: list[dict[str, Any]]) -> None:
    made = {name: json.loads(text) for name, text in rendered("terraform", ir, objects).items()}
    assert made.keys() == {"terraform/platform/main.tf.json", "terraform/live/main.tf.json"}
    for told in made.values():
        assert told["//"] == "Rendered by AnOps, not applied."
        known = {f"var.{name}" for name in told["variable"]}
        for block, prefix in (("resource", ""), ("data", "data.")):
            known |= {f"{prefix}{kind}.{name}" for kind, some in told.get(block, {}).items() for name in some}
        text = json.dumps(told)
        expressions = re.findall(r"\$\{(?:base64decode\()?([^})]+)", text)
        asked = {re.match(r"(?:data\.)?\w+\.\w+", each)[0] for each in expressions}  # type: ignore[index]
        asked |= {
            each for some in re.findall(r'"depends_on": \[([^]]+)', text) for each in re.findall('"([^"]+)', some)
        }
        assert asked <= known
        assert {f"var.{name}" for name in told["variable"]} <= asked
        assert set(told["provider"]) == set(told["terraform"]["required_providers"])
        assert [name for name, each in told["variable"].items() if "default" not in each] == ["subscription_id"]
    manifests = made["terraform/live/main.tf.json"]["resource"]["kubernetes_manifest"]
    assert [each["manifest"] for each in manifests.values()] == objects


def test_pulumi_programs_hold_the_objects_and_call_what_azure_has(ir: Ir, objects: list[dict[str, Any]]) -> None:
    made = rendered("pulumi", ir, objects)
    program = ast.parse(made["pulumi/live/__main__.py"])
    (held,) = [each.value for each in program.body if isinstance(each, ast.Assign)
               and isinstance(each.targets[0], ast.Name) and each.targets[0].id == "OBJECTS"]  # fmt: skip
    assert ast.literal_eval(held) == objects
    for folder in ("pulumi/platform", "pulumi/live"):
        assert "rendered, not applied" in yaml.safe_load(made[f"{folder}/Pulumi.yaml"])["description"]
        compile(made[f"{folder}/__main__.py"], folder, "exec")


def test_the_registry_of_a_short_name_is_one_that_azure_takes(tmp_path: Path) -> None:
    version = Version(model="a-b", number=1, tags={"anops.version": "1", "anops.digest": "sha256:ab"})
    for project in ("a-b", "x" * 50):
        ir = compile_environment(project, "live", SECTION, version)
        made = files("terraform", ir, kubernetes.build(ir, Home(tmp_path, tmp_path))["objects"], "", "")
        registry = json.loads(made["terraform/platform/main.tf.json"])["variable"]["registry"]["default"]
        assert re.fullmatch("[a-z0-9]{5,50}", registry)
