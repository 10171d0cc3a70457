"""Compile: a spec is lowered to the intermediate representation, with every default filled in."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, assert_never

from anops_workspaces.ir import Ir, Scheduler, Workers
from anops_workspaces.specs import AzureProvider, DockerProvider, KubernetesProvider, LocalProvider

if TYPE_CHECKING:
    from anops_workspaces.specs import Size, WorkspaceSpec

PORT, DASHBOARD_PORT = 8786, 8787
"""Dask's own, where nothing else listens: in a container."""
_AWAY_BYTES = 2_000_000_000


def compile_spec(spec: WorkspaceSpec) -> Ir:
    """Return what a workspace is made of."""
    provider = spec.provider
    labels = {"app.kubernetes.io/managed-by": "anops", "anops.dev/workspace": spec.name}
    common: dict[str, Any] = {
        "name": spec.name, "encrypted": True, "labels": labels, "auth": provider.auth.method,
    }  # fmt: skip
    workers = _workers(spec, provider.spec, _AWAY_BYTES)
    away = common | {"scheduler": Scheduler(PORT, DASHBOARD_PORT), "workers": workers}
    match provider:
        case LocalProvider() if provider.spec.context is None:
            here = common | {"scheduler": Scheduler(0, 0), "workers": _workers(spec, provider.spec, None)}
            return Ir(**here, target="processes", image=None, folder=spec.folder, place={})
        case LocalProvider() | KubernetesProvider():
            told = provider.spec
            place = {"context": str(told.context), "namespace": told.namespace or _namespace(spec)}
            if told.kubeconfig is not None:
                place["kubeconfig"] = told.kubeconfig
            return Ir(**away, target="kubernetes", image=_image(told.image), folder=None, place=place)
        case DockerProvider():
            folder = provider.spec.folder or spec.folder
            return Ir(**away, target="docker", image=_image(provider.spec.image), folder=folder, place={})
        case AzureProvider():
            azure = provider.spec
            place = {
                "subscription_id": azure.subscription_id, "resource_group": azure.resource_group,
                "location": azure.location, "aks_cluster": azure.aks_cluster, "vm_size": azure.vm_size,
                "namespace": azure.namespace or _namespace(spec),
            }  # fmt: skip
            return Ir(**away, target="azure", image=_image(azure.image), folder=None, place=place)
        case _:
            assert_never(provider)


def _workers(spec: WorkspaceSpec, size: Size, otherwise: int | None) -> Workers:
    memory = otherwise if size.memory is None else bytes_of(size.memory)
    return Workers(spec.min_workers, spec.max_workers, 1, size.cpus, memory)


def bytes_of(text: str) -> int:
    """Return how many bytes are meant: by "2 GB", for example."""
    number, unit = text[:-2].strip(), text[-2:]
    return int(float(number) * {"MB": 10**6, "GB": 10**9}[unit])


def _image(named: str | None) -> str:
    return named or f"anops/workspaces:{version('anops-workspaces')}"


def _namespace(spec: WorkspaceSpec) -> str:
    return f"anops-{spec.name}"
