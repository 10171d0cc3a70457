"""The Pulumi program of a workspace on Azure, as text in which settings and objects are filled in."""

PROGRAM = '''\
"""A workspace of AnOps on Azure: rendered, never applied."""

import base64

import pulumi
import pulumi_azure_native as azure
import pulumi_kubernetes as kubernetes

SETTINGS = {SETTINGS}
OBJECTS = {OBJECTS}

group = azure.resources.ResourceGroup(
    "group",
    resource_group_name=SETTINGS["resource_group"],
    location=SETTINGS["location"],
    tags=SETTINGS["tags"],
)
cluster = azure.containerservice.ManagedCluster(
    "cluster",
    resource_name_=SETTINGS["cluster"],
    resource_group_name=group.name,
    location=group.location,
    dns_prefix=SETTINGS["cluster"],
    identity=azure.containerservice.ManagedClusterIdentityArgs(
        type=azure.containerservice.ResourceIdentityType.SYSTEM_ASSIGNED
    ),
    agent_pool_profiles=[
        azure.containerservice.ManagedClusterAgentPoolProfileArgs(
            name="workers",
            mode=azure.containerservice.AgentPoolMode.SYSTEM,
            vm_size=SETTINGS["vm_size"],
            count=SETTINGS["min_nodes"],
            enable_auto_scaling=True,
            min_count=SETTINGS["min_nodes"],
            max_count=SETTINGS["max_nodes"],
        )
    ],
    tags=SETTINGS["tags"],
)
credentials = azure.containerservice.list_managed_cluster_user_credentials_output(
    resource_group_name=group.name, resource_name=cluster.name
)
kubeconfig = pulumi.Output.secret(
    credentials.apply(lambda told: base64.b64decode(told.kubeconfigs[0].value).decode())
)
provider = kubernetes.Provider("cluster", kubeconfig=kubeconfig)
kubernetes.yaml.v2.ConfigGroup("workspace", objs=OBJECTS, opts=pulumi.ResourceOptions(provider=provider))
pulumi.export("cluster", cluster.name)
'''
