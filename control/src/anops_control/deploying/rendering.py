"""Renders an environment as files, and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.deploying.planning import Plan, planned
from anops_control.deploying.providers.provider import place_of
from anops_control.deploying.record import Record
from anops_control.errors import CommandError
from anops_control.file_failures import file_failure
from anops_control.standing.kept import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.deploying.finding import Environments


def rendered(environments: Environments, name: str) -> tuple[Plan, dict[str, str]]:
    """Return what would be applied now, and its files by their paths.

    Raises:
        CommandError: There is no such environment or version.
        StandingError: The provider can't take it.
    """
    plan = planned(environments, name, Record(environments.folder, name))
    return plan, place_of(plan.ir).render(plan.ir, plan.form)


def written(files: dict[str, str], folder: Path) -> None:
    """Write files into a folder, each whole.

    Raises:
        CommandError: One can't be written.
    """
    for path, text in files.items():
        file = folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, text)
        except OSError as error:
            raise file_failure(error, file) or CommandError(
                f"Can't write `{file}`: {error.strerror}.", code=Code.FILE_UNWRITABLE
            ) from error
