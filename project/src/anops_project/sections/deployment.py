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
VERSION_MARK = "{version}"
"""Stands in the name of an image for the version that runs."""
_ALIASED = re.compile(r"[^@]+@[A-Za-z0-9_-]+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_an_image(value: str | None) -> str | None:
    """Check that a text can name an image.

    Raises:
        ValueError: It can't.
    """
    named = None if value is None else value.replace(VERSION_MARK, "0")
    if named is not None and not re.fullmatch(r"[a-z0-9][\w.:/-]*(@sha256:[0-9a-f]{64})?", named):
        raise ValueError("must name an image, such as `registry.example.org/team/demand:1.2`")
    return value


def _is_a_provider(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", value):
        raise ValueError("must name a provider: `local`, `compose`, `kubernetes`, or what an adapter offers")
    return value


Texts = Annotated[tuple[str, ...], Before(as_tuple)]


@dataclass(frozen=True, kw_only=True)
class DeploymentSection(Section):
    """An environment in which a registered version of the model runs."""

    about: ClassVar = About("deployment", 12, "Environments that `ao deploy` brings up.", one="Environment")

    provider: Annotated[str, After(_is_a_provider)] = key(
        "Where it runs: `local`, processes of this computer; `compose`, containers of a Docker engine; `kubernetes`, a "
        "cluster; or what an adapter offers that is installed beside `ao`."
    )
    model: str = key("The registered version: `NAME@ALIAS`, `NAME/VERSION`, or NAME for the newest.")
    replicas: int = key("How many copies of the service answer side by side.", default=1, ge=1, le=100)
    max_replicas: int | None = key(
        "How many copies there may be under load at most (Kubernetes); by default no more than `replicas`.",
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
        "How a new version takes over: copy by copy, or all copies at once, started beside the old ones.",
        default="rolling",
    )
    drain_seconds: float = key("How long a copy that is replaced may finish its requests.", default=30.0, ge=0, le=3600)
    api_image: Annotated[str | None, After(is_an_image)] = key(
        "The image of the api-service, for containers; by default that of this version of AnOps.", default=None
    )
    image: Annotated[str | None, After(is_an_image)] = key(
        "The image of the model's service, for containers; by default the one that `ao build` gives the version. "
        "`{version}` in it stands for the version: `registry.example.org/team/demand:{version}`.",
        default=None,
    )
    context: str | None = key(
        "The cluster: a context of the kubeconfig, as `kubectl config get-contexts` lists them; by default the "
        "current one.",
        default=None,
    )
    namespace: str | None = key("The namespace in the cluster; by default the project's name and this one's.",
                                default=None)  # fmt: skip

    series_store: str | None = key(
        "On Kubernetes, the name of the Secret whose entry `address` is that of the PostgreSQL which keeps what is "
        "observed and forecast of a time series, `postgresql://user:password@host:5432/database`. Copies on one "
        "computer share a file of SQLite.",
        default=None,
    )
    challenger: str | None = key(
        "An alias, `NAME@ALIAS`, of another version that answers beside `model`, to be compared with it. While no "
        "version has the alias, there is none.",
        default=None,
    )
    challenger_share: float = key(
        "The share of requests that the challenger answers: 0.1 is a tenth.", default=0.1, gt=0, lt=1
    )
    shadow: bool = key(
        "Also send the rows of all requests to the challenger; callers get the answers of `model` only.",
        default=False,
    )
    split_header: str = key(
        "The header in which callers name whose request it is, such as a customer: the same one always gets the same "
        "version.",
        default="AnOps-Unit",
    )
    max_errors: float = key(
        "The share of its requests that a challenger may fail on; beyond it, `ao deploy compare` takes it out.",
        default=0.01,
        ge=0,
        lt=1,
    )
    least_outcomes: int = key(
        "How many outcomes of both must be known before a comparison says anything.", default=100, ge=30
    )
    tests: Texts = key(
        "Gates: tasks of `[tasks]` that must succeed before a version is promoted to here. They query it in the "
        "environment that it is promoted from; ANOPS_URL tells them its address.",
        default=(),
    )
    load_callers: int | None = key(
        "A gate: how many callers ask it at the same time, in the environment that it is promoted from.",
        default=None,
        ge=1,
        le=1000,
    )
    load_seconds: float = key("How many seconds the load lasts.", default=5.0, ge=0.1, le=600)
    max_p99_ms: float | None = key(
        "The number of milliseconds within which 99 % of these requests must be answered.", default=None, gt=0
    )
    max_load_errors: float = key("The share of them that may fail.", default=0.0, ge=0, lt=1)
    approvers: Texts = key(
        "Names of keys: a version is promoted to here once one of these people has approved it with `ao deploy "
        "approve`.",
        default=(),
    )
    approver_keys: str = key(
        "The file of their keys, made by `ao key add NAME --scope approve --file approvers.toml`.",
        default="approvers.toml",
    )

    def __post_init__(self) -> None:
        self._check_challenger()
        if self.max_replicas is not None and self.max_replicas < self.replicas:
            raise ValueError(f"must have a `max_replicas` of at least its `replicas` ({self.replicas})")
        for name in ("cpus", "memory", "image", "api_image"):
            if self.provider == "local" and getattr(self, name) is not None:
                raise ValueError(f"can't have `{name}`: processes of this computer are given none")
        for name in ("max_replicas", "context", "namespace"):
            if self.provider != "kubernetes" and getattr(self, name) is not None:
                raise ValueError(f'can have `{name}` only with `provider = "kubernetes"`')
        if self.provider != "kubernetes" and self.host not in _LOOPBACK and not (self.keys or self.allow_anyone):
            raise ValueError(f"lets other computers in at {self.host}: it must name its `keys`, or say `allow_anyone`")

    def _check_challenger(self) -> None:
        if self.challenger is not None:
            if self.image is not None and VERSION_MARK not in self.image:
                raise ValueError("must have `{version}` in `image` beside a `challenger`: each has an image of its own")
            if not all(_ALIASED.fullmatch(each) for each in (self.model, self.challenger)):
                raise ValueError("must name aliases, NAME@ALIAS, as both `model` and `challenger`: they are moved")
            if self.model.rpartition("@")[0] != self.challenger.rpartition("@")[0]:
                raise ValueError("must have a `challenger` of the same registered model as `model`")
            if self.model == self.challenger:
                raise ValueError("must have another alias as `challenger` than as `model`")
        if self.load_callers is None and self.max_p99_ms is not None:
            raise ValueError("can have `max_p99_ms` only beside `load_callers`")

    @property
    def memory_bytes(self) -> int | None:
        """How many bytes of memory the model of a copy gets."""
        return memory_in_bytes(self.memory)
