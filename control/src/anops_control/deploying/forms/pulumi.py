"""An environment as Pulumi programs for Azure: registry and cluster once for all, and each environment in them."""

from __future__ import annotations

import json
from pprint import pformat
from typing import TYPE_CHECKING, Any

from anops_control.deploying.forms.azure_names import names_of
from anops_control.deploying.providers.kubernetes_objects import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir

_PACKAGES = "pulumi>=3,<4\npulumi-azure-native>=3,<4\npulumi-kubernetes>=4,<5\n"
_HEAD = '''\
"""{WHAT} of AnOps on Azure. Rendered by AnOps, not applied."""

import base64

import pulumi
import pulumi_azure_native as azure
import pulumi_kubernetes as kubernetes

NAMES = {NAMES}
settings = pulumi.Config()


def named(key):
    """Return a setting, or its default."""
    return settings.get(key) or NAMES[key]


'''
_PLATFORM = (
    _HEAD.replace("import base64\n\n", "").replace("import pulumi_kubernetes as kubernetes\n", "")
    + '''\
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""The role of Azure that may pull images, the same everywhere."""

subscription = pulumi.Config("azure-native").require("subscriptionId")
group = azure.resources.ResourceGroup(
    "group", resource_group_name=named("resource_group"), location=named("location"), tags=NAMES["tags"]
)
registry = azure.containerregistry.Registry(
    "registry",
    registry_name=named("registry"),
    resource_group_name=group.name,
    location=group.location,
    sku=azure.containerregistry.SkuArgs(name="Standard"),
    admin_user_enabled=False,
    tags=NAMES["tags"],
)
cluster = azure.containerservice.ManagedCluster(
    "cluster",
    resource_name_=named("cluster"),
    resource_group_name=group.name,
    location=group.location,
    dns_prefix=named("cluster"),
    identity=azure.containerservice.ManagedClusterIdentityArgs(
        type=azure.containerservice.ResourceIdentityType.SYSTEM_ASSIGNED
    ),
    agent_pool_profiles=[
        azure.containerservice.ManagedClusterAgentPoolProfileArgs(
            name="default",
            mode=azure.containerservice.AgentPoolMode.SYSTEM,
            vm_size=named("vm_size"),
            count=int(named("min_nodes")),
            enable_auto_scaling=True,
            min_count=int(named("min_nodes")),
            max_count=int(named("max_nodes")),
        )
    ],
    tags=NAMES["tags"],
)
azure.authorization.RoleAssignment(
    "pull",
    scope=registry.id,
    principal_id=cluster.identity_profile.apply(lambda told: told["kubeletidentity"].object_id),
    principal_type="ServicePrincipal",
    role_definition_id=f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}",
)
pulumi.export("registry", registry.login_server)
pulumi.export("cluster", cluster.name)
'''
)
_ENVIRONMENT = (
    _HEAD
    + """\
OBJECTS = {OBJECTS}

credentials = azure.containerservice.list_managed_cluster_user_credentials_output(
    resource_group_name=named("resource_group"), resource_name=named("cluster")
)
kubeconfig = pulumi.Output.secret(
    credentials.apply(lambda told: base64.b64decode(told.kubeconfigs[0].value).decode())
)
provider = kubernetes.Provider("cluster", kubeconfig=kubeconfig)
kubernetes.yaml.v2.ConfigGroup("environment", objs=OBJECTS, opts=pulumi.ResourceOptions(provider=provider))
"""
)


def files(ir: Ir, objects: Sequence[Mapping[str, Any]], *, repository: str, path: str) -> dict[str, str]:  # noqa: ARG001  as each form has it
    """Return two programs: registry and cluster, and the environment in them.

    The subscription must be named, `pulumi config set azure-native:subscriptionId`; all else has a default.
    """
    made = [dict(each) for each in objects]
    return {
        **_program(ir, "platform", "Registry and cluster", _PLATFORM, []),
        **_program(ir, ir.environment, f"The environment {ir.environment}", _ENVIRONMENT, made),
    }


def _program(ir: Ir, name: str, what: str, program: str, objects: list[dict[str, Any]]) -> dict[str, str]:
    folder = f"pulumi/{name}"
    described = json.dumps(f"{what} of {ir.project}: rendered, not applied.")
    filled = {"{WHAT}": what, "{NAMES}": _python(names_of(ir)), "{OBJECTS}": _python(objects)}
    for mark, text in filled.items():
        program = program.replace(mark, text)
    return {
        f"{folder}/Pulumi.yaml": f"name: {name_of(ir)}-{name}\nruntime: python\ndescription: {described}\n",
        f"{folder}/requirements.txt": _PACKAGES,
        f"{folder}/__main__.py": program,
    }


def _python(value: object) -> str:
    return pformat(value, sort_dicts=False, width=110)
