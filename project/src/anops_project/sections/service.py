"""`[service]`: how the model is served."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from anops_model_interface.origins import origins_of
from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section


def available_cpus() -> int:
    """Count the CPUs this process may use: its affinity, cut by the container's quota (cgroup v2)."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cpus
    if quota == "max":
        return cpus
    return max(1, min(cpus, int(quota) // int(period)))


def _columns(value: object) -> object:
    # the environment has them as one text: names with commas between them, or a list as JSON
    if not isinstance(value, str):
        return as_tuple(value)
    if value.strip().startswith("["):
        try:
            return as_tuple(json.loads(value))
        except ValueError:
            return value
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _origins(value: object) -> object:
    # the environment and a flag have them as one text, with commas between them
    parts = [value] if isinstance(value, str) else value
    if isinstance(parts, list | tuple) and all(isinstance(part, str) for part in parts):
        return tuple(sorted(origins_of(",".join(parts))))
    return value


def _database(value: str | None) -> str | None:
    if value is None:
        return None
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError(f'must be an address of PostgreSQL, such as "postgresql://anops@db:5432/log", not "{value}"')
    if urlsplit(value).password or "password=" in urlsplit(value).query:
        raise ValueError("must hold no password, since ao.toml becomes a part of the image; set PGPASSWORD instead")
    return value


@dataclass(frozen=True, kw_only=True)
class ServiceSection(Section):
    """How the model is served."""

    about: ClassVar = About("service", 3, "How the model is served.", overridden=True)

    port: int = key("The port of the api-service.", default=8080, ge=0, le=65535)
    workers: int = key(
        "Processes that predict side by side; by default the CPUs this machine or container may use.",
        default_factory=available_cpus,
        ge=1,
        le=1024,
    )
    max_batch_rows: int = key("The largest number of rows in a batch.", default=8192, ge=1)
    cors_origins: Annotated[tuple[str, ...], Before(_origins)] = key(
        'Origins whose web pages may send requests, such as `["https://app.example"]`; `["*"]` for all.', default=()
    )
    log_predictions: Literal["no", "ids", "values"] = key(
        "Whether `ao serve` keeps which version has answered which request, for `ao lineage`: `ids`; or with the rows "
        "and predictions themselves: `values`. They are kept in `.anops/predictions.db`.",
        default="no",
    )
    log_store: Annotated[str | None, After(_database)] = key(
        "Where they are kept instead, shared by several machines: an address of PostgreSQL, "
        "`postgresql://anops@db:5432/log`. Its password is that in `PGPASSWORD` or in the file of passwords.",
        default=None,
    )
    log_columns: Annotated[tuple[str, ...] | None, Before(_columns)] = key(
        "Of the rows, `values` keeps only these columns; `[]` for none. By default all.", default=None
    )
    log_without: Annotated[tuple[str, ...], Before(_columns)] = key(
        "Columns that may never be kept, such as names of people.", default=()
    )
    log_days: float | None = key("After how many days predictions and outcomes are deleted.", default=None, gt=0)
    log_mb: float | None = key(
        "How large the log's file may be, in megabytes; beyond it the oldest are deleted.", default=None, gt=0
    )
    feature_store: str | None = key(
        "Where the newest values of features are, for requests that carry a key alone: a file, an address of Redis, "
        "`redis://host:6379/0`, or a Feast repository, `feast:FOLDER?python=PYTHON`. By default `.anops/features.db`.",
        default=None,
    )
    deadline_seconds: float = key(
        "A prediction that takes longer is ended, and its worker replaced.", default=30.0, gt=0
    )
    network: bool = key(
        "Whether the model's code may use the network; by default it has none, where the system can enforce that.",
        default=False,
    )
    writable: Annotated[tuple[str, ...], Before(as_tuple)] = key(
        "Folders in which the model's code may write, beside its folder for temporary files: in the project, or "
        "anywhere.",
        default=(),
    )

    def __post_init__(self) -> None:
        if self.log_store is not None and self.log_mb is not None:
            raise ValueError("`log_mb` is for a log in a file; in PostgreSQL, set `log_days`")
