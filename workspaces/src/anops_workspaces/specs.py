"""The spec: what a provider's file says, and what a person asks of a workspace, checked by Pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

NAME = r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?"
"""What a workspace can be called: a name that Kubernetes and Docker take, too."""
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Cpus = Annotated[float, Field(gt=0, le=1024)]
Memory = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)? ?(MB|GB)$")]


class Strict(BaseModel):
    """A part of a file, of which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Size(Strict):
    """What each worker gets."""

    cpus: Cpus = 1.0
    """How many processors."""
    memory: Memory | None = None
    """How much memory, such as `2 GB`; by default no limit here, and 2 GB elsewhere."""


class LocalSpec(Size):
    """Processes of this computer; with a `context`, the cluster that it names."""

    kubeconfig: Text | None = None
    """The file of clusters; by default that of kubectl."""
    context: Text | None = None
    """The cluster in it."""
    namespace: Text | None = None
    """The namespace there; by default one for the workspace."""
    image: Text | None = None
    """What its containers run."""

    @model_validator(mode="after")
    def _only_with_a_context(self) -> LocalSpec:
        if self.context is None:
            for name in ("kubeconfig", "namespace", "image"):
                if getattr(self, name) is not None:
                    message = f"`{name}` can be given only with `context`, which names the cluster"
                    raise ValueError(message)
        return self


class DockerSpec(Size):
    """Containers of the Docker engine of this computer."""

    image: Text | None = None
    """What they run: an image with `anops-experiments[dask]`, and what the functions need."""
    folder: Text | None = None
    """The folder with the code, which each sees by the same path, read-only; by default the project's."""


class KubernetesSpec(Size):
    """Pods of a cluster."""

    context: Text
    """The cluster, by its name in the file."""
    kubeconfig: Text | None = None
    """The file of clusters; by default that of kubectl."""
    namespace: Text | None = None
    """The namespace; by default one for the workspace."""
    image: Text | None = None
    """What the containers run: an image with `anops-experiments[dask]`, and what the functions need."""


class AzureSpec(Size):
    """A managed Kubernetes cluster of Azure (AKS)."""

    subscription_id: Text
    resource_group: Text
    location: Text
    aks_cluster: Text
    vm_size: Text = "Standard_D4s_v5"
    """The machines of its workers."""
    namespace: Text | None = None
    """The namespace; by default one for the workspace."""
    image: Text | None = None
    """What the containers run: an image with `anops-experiments[dask]`, and what the functions need."""


class Auth(Strict):
    """How one signs in: never by something that stands in the file."""

    method: Literal["cli", "environment", "managed-identity"] = "cli"
    """The command line of the cloud, variables of the environment, or the identity of the machine."""


class _Provider(Strict):
    kind: Literal["Provider"]
    auth: Auth = Auth()


class LocalProvider(_Provider):
    """`provider: local`."""

    provider: Literal["local"]
    spec: LocalSpec = LocalSpec()


class DockerProvider(_Provider):
    """`provider: docker`."""

    provider: Literal["docker"]
    spec: DockerSpec = DockerSpec()


class KubernetesProvider(_Provider):
    """`provider: kubernetes`."""

    provider: Literal["kubernetes"]
    spec: KubernetesSpec


class AzureProvider(_Provider):
    """`provider: azure`."""

    provider: Literal["azure"]
    spec: AzureSpec


Provider = Annotated[
    LocalProvider | DockerProvider | KubernetesProvider | AzureProvider, Field(discriminator="provider")
]
"""What a provider's file says."""


class WorkspaceSpec(Strict):
    """What is asked for."""

    name: Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
    provider: Provider
    min_workers: Annotated[int, Field(ge=0, le=10_000)]
    max_workers: Annotated[int, Field(ge=1, le=10_000)]
    folder: Text
    """The project's folder."""

    @model_validator(mode="after")
    def _in_order(self) -> WorkspaceSpec:
        if self.min_workers > self.max_workers:
            message = f"`min_workers` ({self.min_workers}) must not exceed `max_workers`"
            raise ValueError(f"{message} ({self.max_workers})")
        return self
