"""What verbs may know of the environment of whoever asks: a value that the command line and the services pass in."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGINE = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG")
"""Where the Docker engine is, and what `docker login` has kept."""
SIGNING = ("ANOPS_SIGNING_KEY", "ANOPS_SIGNING_KEY_PASSWORD")
"""The file of the key that signs images, and its password."""
PERSON = ("XDG_CONFIG_HOME",)
"""Where a person's settings are."""
REGISTRY = ("ANOPS_REGISTRY_USER", "ANOPS_REGISTRY_PASSWORD")
"""Credentials for a registry."""
SERVICE = (
    *("ANOPS_PORT", "ANOPS_WORKERS", "ANOPS_MAX_BATCH_ROWS", "ANOPS_DEADLINE_SECONDS", "ANOPS_LOG_PREDICTIONS"),
    *("ANOPS_LOG_COLUMNS", "ANOPS_LOG_WITHOUT", "ANOPS_LOG_DAYS", "ANOPS_LOG_MB", "ANOPS_LOG_STORE"),
    "ANOPS_FEATURE_STORE",
    "ANOPS_CORS_ORIGINS",
)
"""What goes before `[service]` of ao.toml."""
PYTHON = ("VIRTUAL_ENV", "CONDA_PREFIX")
"""The environment of Python that a person has activated, the nearer first."""
TRACKING = ("MLFLOW_TRACKING_URI",)
"""Where runs and versions are kept, where ao.toml does not say."""
HOME = ("ANOPS_HOME",)
"""Where providers and workspaces of a person are kept."""
MONITORING = ("ANOPS_WEBHOOK", "ANOPS_ALERTMANAGER")
"""Who is told of incidents, before `[monitoring]` of ao.toml: such an address may hold a secret."""
RUN = ("ANOPS_RUN_LINES", "ANOPS_WORKFLOW_STEP")
"""The run that a command is part of, and its step: where a task or a training calls `ao` itself."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a verb may know of an environment.

    Attributes:
        variables: Those of its variables that a verb may know; none where nobody said any.
    """

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Surroundings:
        """Take what verbs may know of an environment, and no more."""
        return cls(
            {
                name: environ[name]
                for name in (
                    *ENGINE,
                    *REGISTRY,
                    *SIGNING,
                    *PERSON,
                    *SERVICE,
                    *PYTHON,
                    *TRACKING,
                    *HOME,
                    *MONITORING,
                    *RUN,
                )
                if name in environ
            }
        )


_current: ContextVar[Surroundings] = ContextVar("_current", default=Surroundings())  # noqa: B039  it is frozen


def current() -> Surroundings:
    """Return what the verb at work may know: parts far below it need not be given it."""
    return _current.get()


@contextmanager
def surrounded(by: Surroundings) -> Iterator[None]:
    """Let everything that is done meanwhile know this of its surroundings, and nothing else."""
    token = _current.set(by)
    try:
        yield
    finally:
        _current.reset(token)
