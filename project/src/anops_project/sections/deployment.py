"""`[deployment.NAME]`: an environment in which a registered version runs, such as dev, test or live."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section
from anops_project.sections.experiments import is_memory, memory_in_bytes

NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")
"""What an environment can be called: a name that Docker and Kubernetes take, too."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _is_an_image(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[a-z0-9][\w.:/-]*(@sha256:[0-9a-f]{64})?", value):
        raise ValueError("must name an image, such as `registry.example.org/team/demand:1.2`")
    return value


Texts = Annotated[tuple[str, ...], Before(as_tuple)]


@dataclass(frozen=True, kw_only=True)
class DeploymentSection(Section):
    """An environment in which a registered version of the model runs."""

    about: ClassVar = About("deployment", 12, "Environments that `ao deploy` brings up.", one="Environment")

    provider: Literal["local", "compose", "kubernetes"] = key(
        "Where it runs: processes of this computer, containers of a Docker engine, or a Kubernetes cluster."
    )
    model: str = key("The registered version: `NAME@ALIAS`, `NAME/VERSION`, or NAME for the newest.")
    replicas: int = key("How many copies of the service answer side by side.", default=1, ge=1, le=100)
    max_replicas: int | None = key(
        "Up to how many copies there may be under load (Kubernetes); by default no more than `replicas`.",
        default=None,
        ge=1,
        le=1000,
    )
    workers: int | None = key(
        "How many processes of each copy predict side by side; by default as `[service]` says.",
        default=None,
        ge=1,
        le=1024,
    )
    cpus: float | None = key(
        "How many processors the model of each copy gets, in containers.", default=None, gt=0, le=1024
    )
    memory: Annotated[str | None, After(is_memory)] = key(
        "How much memory the model of each copy gets, in containers, such as `2 GB`.", default=None
    )
    host: str = key("The address that it listens on; `0.0.0.0` lets other computers in.", default="127.0.0.1")
    port: int = key("The port that it listens on; 0 picks a free one.", default=8080, ge=0, le=65535)
    hosts: Texts = key("Names under which callers reach it, beside addresses and localhost.", default=())
    keys: str | None = key(
        "The file of keys that callers must have one of, made by `ao key add`; on Kubernetes the name of the Secret "
        "that has it as `keys.toml`. It is never a key itself.",
        default=None,
    )
    allow_anyone: bool = key("Let other computers in without keys.", default=False)
    strategy: Literal["rolling", "blue-green"] = key(
        "How a new version takes over: copy by copy, or all copies at once beside the old ones.", default="rolling"
    )
    drain_seconds: float = key("How long a copy that is replaced may finish its requests.", default=30.0, ge=0, le=3600)
    api_image: Annotated[str | None, After(_is_an_image)] = key(
        "The image of the api-service, for containers; by default that of this version of AnOps.", default=None
    )
    image: Annotated[str | None, After(_is_an_image)] = key(
        "The image of the model's service, for containers; by default the one that `ao build` gives the version.",
        default=None,
    )
    namespace: str | None = key("The namespace in the cluster; by default the project's name and this one's.",
                                default=None)  # fmt: skip

    def __post_init__(self) -> None:
        if self.max_replicas is not None and self.max_replicas < self.replicas:
            raise ValueError(f"must have a `max_replicas` of at least its `replicas` ({self.replicas})")
        for name in ("cpus", "memory", "image", "api_image"):
            if self.provider == "local" and getattr(self, name) is not None:
                raise ValueError(f"can't have `{name}`: processes of this computer are given none")
        for name in ("max_replicas", "namespace"):
            if self.provider != "kubernetes" and getattr(self, name) is not None:
                raise ValueError(f'can have `{name}` only with `provider = "kubernetes"`')
        if self.provider != "kubernetes" and self.host not in _LOOPBACK and not (self.keys or self.allow_anyone):
            raise ValueError(f"lets other computers in at {self.host}: it must name its `keys`, or say `allow_anyone`")

    @property
    def memory_bytes(self) -> int | None:
        """How many bytes of memory the model of a copy gets."""
        return memory_in_bytes(self.memory)
