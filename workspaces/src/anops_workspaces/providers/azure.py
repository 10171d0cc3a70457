"""Workspaces of Azure (AKS): a Pulumi program and Terraform JSON, rendered and checked, never applied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.providers import kubernetes
from anops_workspaces.providers.pulumi_program import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir
    from anops_workspaces.providers.provider import Doing

_SIGN_IN = {
    "cli": {"use_cli": True, "use_msi": False},
    "environment": {"use_cli": False, "use_msi": False},
    "managed-identity": {"use_cli": False, "use_msi": True},
}
"""How Terraform's provider signs in; with neither, by the variables ARM_CLIENT_ID and so on."""


def build(ir: Ir) -> dict[str, Any]:
    """Return the files of both programs, and the objects that they put into the cluster.

    Raises:
        WorkspaceError: A cluster would refuse the objects.
    """
    objects = kubernetes.build(ir)["objects"]
    return {
        "label": "rendered, never applied",
        "Pulumi.yaml": f"name: anops-{ir.name}\nruntime: python\ndescription: The workspace {ir.name} of AnOps.\n",
        f"Pulumi.{ir.name}.yaml": _pulumi_configuration(ir),
        "__main__.py": PROGRAM.replace("{SETTINGS}", repr(_settings(ir))).replace("{OBJECTS}", repr(objects)),
        "main.tf.json": json.dumps(_terraform(ir, objects), indent=2) + "\n",
        "objects": objects,
    }


def apply(ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:  # noqa: ARG001  as each place
    """Say that it is not brought up.

    Raises:
        WorkspaceError: Always.
    """
    raise WorkspaceError(
        "A workspace on Azure is rendered and checked, but not brought up, by this version.",
        remedy=f"See what it consists of: ao workspace up {ir.name} --provider NAME --dry-run",
    )


def is_there(ir: Ir, folder: Path) -> bool:  # noqa: ARG001  as each place has it
    """Say that it is not: none was brought up."""
    return False


def scale(ir: Ir, folder: Path, minimum: int, maximum: int) -> None:
    """Change nothing: none was brought up."""


def destroy(ir: Ir, folder: Path, doing: Doing) -> None:
    """Remove nothing: none was brought up."""


def _settings(ir: Ir) -> dict[str, Any]:
    place = ir.place
    return {
        "name": ir.name, "resource_group": place["resource_group"], "location": place["location"],
        "cluster": place["aks_cluster"], "vm_size": place["vm_size"], "min_nodes": 1, "max_nodes": _nodes(ir),
        "tags": {"anops-workspace": ir.name},
    }  # fmt: skip


def _nodes(ir: Ir) -> int:
    """Return how many machines there may be: one for each worker at most, since their size is the person's."""
    return max(1, ir.workers.maximum)


def _pulumi_configuration(ir: Ir) -> str:
    msi = str(ir.auth == "managed-identity").lower()
    return (
        "config:\n"
        f"  azure-native:subscriptionId: {json.dumps(ir.place['subscription_id'])}\n"
        f"  azure-native:location: {json.dumps(ir.place['location'])}\n"
        f'  azure-native:useMsi: "{msi}"\n'
    )


def _terraform(ir: Ir, objects: list[dict[str, Any]]) -> dict[str, Any]:
    settings = _settings(ir)
    cluster = "azurerm_kubernetes_cluster.workspace"
    access = {
        "host": f"${{{cluster}.kube_config[0].host}}",
        **{name: f"${{base64decode({cluster}.kube_config[0].{name})}}"
           for name in ("client_certificate", "client_key", "cluster_ca_certificate")},
    }  # fmt: skip
    pool = {
        "name": "default", "vm_size": settings["vm_size"], "auto_scaling_enabled": True,
        "min_count": settings["min_nodes"], "max_count": settings["max_nodes"],
    }  # fmt: skip
    return {
        "terraform": {
            "required_version": ">= 1.6",
            "required_providers": {
                "azurerm": {"source": "hashicorp/azurerm", "version": "~> 4.0"},
                "kubernetes": {"source": "hashicorp/kubernetes", "version": "~> 2.30"},
            },
        },
        "provider": {
            "azurerm": [{"features": [{}], "subscription_id": ir.place["subscription_id"], **_SIGN_IN[ir.auth]}],
            "kubernetes": [access],
        },
        "resource": {
            "azurerm_resource_group": {
                "workspace": {"name": settings["resource_group"], "location": settings["location"],
                              "tags": settings["tags"]}
            },
            "azurerm_kubernetes_cluster": {
                "workspace": {
                    "name": settings["cluster"], "location": settings["location"],
                    "resource_group_name": "${azurerm_resource_group.workspace.name}",
                    "dns_prefix": settings["cluster"], "default_node_pool": [pool],
                    "identity": [{"type": "SystemAssigned"}], "tags": settings["tags"],
                }
            },
            "kubernetes_manifest": {
                f"{each['kind'].lower()}_{each['metadata']['name'].replace('-', '_')}": {"manifest": each}
                for each in objects
            },
        },
    }  # fmt: skip
