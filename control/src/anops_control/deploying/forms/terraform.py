"""An environment as Terraform JSON for Azure: registry and cluster once for all, and each environment in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_control.deploying.forms.azure_names import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir

LABEL = "Rendered by AnOps, not applied."
_AZURE = {"source": "hashicorp/azurerm", "version": "~> 4.0"}
_KUBERNETES = {"source": "hashicorp/kubernetes", "version": "~> 2.30"}
_WORDS = {
    "subscription_id": "The subscription of Azure.",
    "location": "The region.",
    "resource_group": "What the group of registry and cluster is called.",
    "registry": "What the registry of images is called: letters and digits, unlike any other of Azure.",
    "cluster": "What the cluster is called.",
    "vm_size": "The kind of machines.",
    "min_nodes": "How many machines there are at least.",
    "max_nodes": "How many there may be.",
}


def files(ir: Ir, objects: Sequence[Mapping[str, Any]], *, repository: str, path: str) -> dict[str, str]:  # noqa: ARG001  as each form has it
    """Return two configurations: what is planned in a cluster must find it there."""
    return {
        "terraform/platform/main.tf.json": _json(platform(ir)),
        f"terraform/{ir.environment}/main.tf.json": _json(environment(ir, objects)),
    }


def platform(ir: Ir) -> dict[str, Any]:
    """Return registry and cluster, which all environments share."""
    names = names_of(ir)
    group = {"location": "${azurerm_resource_group.anops.location}",
             "resource_group_name": "${azurerm_resource_group.anops.name}"}  # fmt: skip
    cluster = {
        "name": "${var.cluster}", **group, "dns_prefix": "${var.cluster}", "oidc_issuer_enabled": True,
        "workload_identity_enabled": True, "role_based_access_control_enabled": True,
        "default_node_pool": [{
            "name": "default", "vm_size": "${var.vm_size}", "auto_scaling_enabled": True,
            "min_count": "${var.min_nodes}", "max_count": "${var.max_nodes}",
        }],
        "network_profile": [{"network_plugin": "azure", "network_policy": "cilium", "network_data_plane": "cilium",
                             "network_plugin_mode": "overlay"}],
        "identity": [{"type": "SystemAssigned"}], "tags": names["tags"],
    }  # fmt: skip
    return {
        "//": LABEL,
        "terraform": {"required_version": ">= 1.6", "required_providers": {"azurerm": _AZURE}},
        "provider": {"azurerm": [{"features": [{}], "subscription_id": "${var.subscription_id}"}]},
        "variable": _variables(names, *_WORDS),
        "resource": {
            "azurerm_resource_group": {
                "anops": {"name": "${var.resource_group}", "location": "${var.location}", "tags": names["tags"]}
            },
            "azurerm_container_registry": {
                "anops": {"name": "${var.registry}", **group, "sku": "Standard", "admin_enabled": False,
                          "tags": names["tags"]}
            },
            "azurerm_kubernetes_cluster": {"anops": cluster},
            "azurerm_role_assignment": {
                "pull": {
                    "scope": "${azurerm_container_registry.anops.id}", "role_definition_name": "AcrPull",
                    "principal_id": "${azurerm_kubernetes_cluster.anops.kubelet_identity[0].object_id}",
                }
            },
        },
        "output": {"registry": {"value": "${azurerm_container_registry.anops.login_server}"}},
    }  # fmt: skip


def environment(ir: Ir, objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the objects of an environment, in the cluster that is there."""
    cluster = "data.azurerm_kubernetes_cluster.anops"
    access = {
        "host": f"${{{cluster}.kube_config[0].host}}",
        **{name: f"${{base64decode({cluster}.kube_config[0].{name})}}"
           for name in ("client_certificate", "client_key", "cluster_ca_certificate")},
    }  # fmt: skip
    manifests: dict[str, Any] = {}
    namespace = ""
    for each in objects:
        name = f"{each['kind']}_{each['metadata']['name']}".lower().replace("-", "_").replace(".", "_")
        manifests[name] = {"manifest": each}
        if each["kind"] == "Namespace":
            namespace = name
        elif namespace:
            manifests[name]["depends_on"] = [f"kubernetes_manifest.{namespace}"]
        if each["kind"] == "Deployment":
            manifests[name]["wait"] = [{"rollout": True}]
    return {
        "//": LABEL,
        "terraform": {
            "required_version": ">= 1.6",
            "required_providers": {"azurerm": _AZURE, "kubernetes": _KUBERNETES},
        },
        "provider": {
            "azurerm": [{"features": [{}], "subscription_id": "${var.subscription_id}"}],
            "kubernetes": [access],
        },
        "variable": _variables(names_of(ir), "subscription_id", "resource_group", "cluster"),
        "data": {
            "azurerm_kubernetes_cluster": {
                "anops": {"name": "${var.cluster}", "resource_group_name": "${var.resource_group}"}
            }
        },
        "resource": {"kubernetes_manifest": manifests},
    }


def _variables(names: Mapping[str, Any], *wanted: str) -> dict[str, Any]:
    return {
        name: {
            "description": _WORDS[name],
            "type": "number" if isinstance(names.get(name), int) else "string",
            **({"default": names[name]} if name in names else {}),
        }
        for name in wanted
    }


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
