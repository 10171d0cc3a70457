"""`[data]`: where the project's datasets are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anops_model_interface.tables import key

from anops_project.section import About, Section

BOARD = ".anops/data"
"""The folder of a project's datasets, where it names no other place."""


@dataclass(frozen=True, kw_only=True)
class DataSection(Section):
    """Where datasets are kept: a board of the `pins` packages."""

    about: ClassVar = About("data", 9, "Where the project's datasets are kept.")

    board: str = key(
        "The board: a folder, or an address such as `s3://bucket/folder`, `gs://…`, `abfs://…` or `sftp://host/folder`.",
        default=BOARD,
        min_length=1,
    )
    options: dict[str, str] = key(
        "What else the store of the address needs, such as `endpoint_url` or `profile`; no passwords: these are "
        "taken from the environment.",
        default_factory=dict,
    )
