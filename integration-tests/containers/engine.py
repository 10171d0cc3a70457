"""Containers of the tests: started as in production, followed for their logs, removed whatever happens."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

# its reaper is an image of a public registry; what the tests start, they remove
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

import httpx
from testcontainers.core.container import DockerContainer
from testcontainers.core.image import DockerImage
from testcontainers.core.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VERSION = "0.1"
API = f"anops/api-service:{VERSION}"
RUNTIMES = {language: f"anops/model-service-{language}:{VERSION}" for language in ("python", "r")}
PRODUCTS = (API, *RUNTIMES.values(), f"anops/cli:{VERSION}")
LABEL = {"anops.test": "1"}


@dataclass
class Engine:
    """What one test has started."""

    cleanup: ExitStack
    containers: list[DockerContainer] = field(default_factory=list)

    def image(self, folder: Path, **arguments: Any) -> str:
        """Build a temporary image."""
        return str(self.cleanup.enter_context(DockerImage(folder, rm=True, forcerm=True, **arguments)).short_id)

    def project_image(self, folder: Path, language: str) -> str:
        """Build the image of a project that needs no packages."""
        (folder / "Dockerfile").write_text(f"FROM {RUNTIMES[language]}\nCOPY --chown=10001:10001 . /project\n")
        return self.image(folder)

    def run(self, image: str, *, network: Network | None = None, alias: str = "", **options: Any) -> DockerContainer:
        """Start a container with a read-only file system."""
        kwargs: dict[str, Any] = {"read_only": True, "tmpfs": {"/tmp": ""}, "labels": LABEL} | options  # noqa: S108
        container = DockerContainer(image)
        tmpfs = kwargs.pop("tmpfs")
        for place, setting in tmpfs.items():
            container.with_tmpfs_mount(place, setting or None)
        for place, inside in kwargs.pop("volumes", {}).items():
            container.with_volume_mapping(place, inside, "rw")
        container.ports = kwargs.pop("ports", {})
        for name, value in kwargs.pop("environment", {}).items():
            container.with_env(name, value)
        if network is not None:
            container.with_network(network).with_network_aliases(alias)
        container.with_kwargs(**kwargs)
        self.cleanup.callback(_remove, container)
        container.start()
        self.containers.append(container)
        return container

    def output(self, image: str, *command: str, **options: Any) -> tuple[int, str]:
        """Run a program of an image to its end; return its exit code and what it printed."""
        options = {"entrypoint": list(command)} | options
        container = self.run(image, **options)
        wrapped = container.get_wrapped_container()
        code = wrapped.wait(timeout=300)["StatusCode"]
        return int(code), wrapped.logs().decode()

    def stack(self, model_image: str, *, options: dict[str, Any] | None = None, **settings: object) -> Stack:
        """Start a model-service and an api-service in front of it, and wait for both.

        Args:
            model_image: The model project's image.
            options: How the engine runs both containers.
            settings: The api-service's.
        """
        options = options or {}
        network = self.cleanup.enter_context(Network())
        model = self.run(model_image, network=network, alias="model-service", **options)
        api = self.run(
            API,
            network=network,
            alias="api-service",
            ports={"8080/tcp": ("127.0.0.1",)},
            environment={"ANOPS_MODEL_URL": "model-service:9000"}
            | {f"ANOPS_{name.upper()}": str(value) for name, value in settings.items()},
            **options,
        )
        url = f"http://127.0.0.1:{published_port(api)}"
        client = self.cleanup.enter_context(httpx.Client(base_url=url, timeout=60))
        stack = Stack(model, api, client, network)
        wait_until(stack.is_ready)
        return stack


@dataclass(frozen=True)
class Stack:
    """Both services in containers, and a client of the REST side."""

    model: DockerContainer
    api: DockerContainer
    client: httpx.Client
    network: Network

    def is_ready(self) -> bool:
        """Say whether predictions are taken."""
        try:
            return self.client.get("/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    def predict(self, rows: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
        """Ask for predictions; refusals fail the test."""
        answer = self.client.post("/predict", json={"data": rows, "options": options})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["predictions"])


@contextmanager
def engine() -> Iterator[Engine]:
    """Give an engine whose containers, images and networks are gone afterwards."""
    with ExitStack() as cleanup:
        yield Engine(cleanup)


def published_port(container: DockerContainer) -> str:
    """Return the port of this machine on which a service answers, also when the tests run in a container."""
    container.reload()
    return str(container.get_wrapped_container().ports["8080/tcp"][0]["HostPort"])


def health_of(container: DockerContainer) -> str:
    """Return what the image's own health check found last."""
    container.reload()
    return str(container.get_wrapped_container().attrs["State"]["Health"]["Status"])


def stopped(container: DockerContainer, *, seconds: int = 40) -> int:
    """Stop a container as `docker stop` does; return its exit code."""
    wrapped = container.get_wrapped_container()
    wrapped.stop(timeout=seconds)
    return int(wrapped.wait()["StatusCode"])


def wait_until(condition: Callable[[], bool], *, seconds: float = 90) -> None:
    """Wait for something that happens in a container."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def reference_of(project: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a project's reference rows and what the language itself predicted for them."""
    reference = json.loads((project / "tests/reference.json").read_text(encoding="utf-8"))
    return _records(reference["rows"]["columns"]), _records(reference["predictions"]["columns"])


def _records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _remove(container: DockerContainer) -> None:
    if container._container is not None:  # noqa: SLF001  it may have failed to start
        container.stop(force=True, delete_volume=True)
