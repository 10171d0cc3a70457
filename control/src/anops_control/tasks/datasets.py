"""Datasets in tasks: the version that one needs, and the file of one that becomes a version."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.events import Events


def latest(folder: Path, name: str) -> str:
    """Return the hash of a dataset's latest version; empty where there is none, or the board can't be read."""
    from anops_control.datasets.finding import board_of  # noqa: PLC0415  only tasks with datasets need it
    from anops_control.datasets.port import data  # noqa: PLC0415  the same

    try:
        versions = board_of(data(), folder, None).versions(name)
    except CommandError:
        return ""
    return versions[-1].hash if versions else ""


def keep(folder: Path, datasets: Mapping[str, str], events: Events) -> dict[str, str]:
    """Keep files as versions of datasets.

    Args:
        folder: The project's folder.
        datasets: The file of each dataset.
        events: Are told what is being done.

    Returns:
        The version of each; the same rows are the same version.

    Raises:
        CommandError: A file is not there, can't be read, breaks the dataset's contract, or has the rows of an earlier
            version, which whoever reads the dataset would not get.
    """
    from anops_control.datasets.finding import board_of  # noqa: PLC0415  the same
    from anops_control.datasets.port import data  # noqa: PLC0415  the same
    from anops_control.verbs.data.add import DataAddRequest, run  # noqa: PLC0415  the same

    kept = {}
    for name, file in datasets.items():
        added = run(DataAddRequest(folder=folder, file=folder / file, name=name), events)
        if not added.is_latest:
            newest = board_of(data(), folder, None).versions(name)[-1].version
            raise CommandError(
                f"{file} has the rows of version {added.stored.version} of `{name}`, which is not the latest.",
                details=[f"Tasks that read `{name}` would get version {newest}."],
                remedy=f"Remove the versions after it: ao data remove {shlex.quote(name)} --version {newest}",
                code=Code.FILE_EXISTS,
            )
        kept[name] = added.stored.version
    return kept
