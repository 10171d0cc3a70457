"""The example of a panel of series: a training script, and data in whose place a person puts their own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.environment import find_interpreter, install_command, probe
from anops_control.errors import CommandError
from anops_control.init import example
from anops_control.init.templates import series_files

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language

_MODULES = ("statsforecast", "joblib")


def fitted(language: Language, home: Path, stage: Path) -> Path:
    """Fit the example in a folder of its own.

    Args:
        language: That of its script.
        home: The folder of the project.
        stage: An empty folder.

    Returns:
        The fitted model.

    Raises:
        CommandError: A file would be overwritten, or what fits it is not installed.
    """
    taken = [file.name for file in series_files(language) if (home / file.name).exists()]
    if taken:
        raise CommandError(
            f"The example can't be made in `{home}`: there is a {taken[0]}, which is not overwritten.",
            remedy="Name your own model with --model FILE, or make the example in a new folder.",
            code=Code.FILE_EXISTS,
        )
    interpreter = find_interpreter(home, language)
    if language == "python":
        missing = probe(interpreter.path, _MODULES).missing
        command = install_command(interpreter, list(missing)) if missing else None
    else:
        command = None if shutil.which("Rscript") else "apt-get install r-base-core r-cran-forecast"
    if command is not None:
        raise CommandError(
            "What fits the example of a series is not installed.", command=command, code=Code.ENVIRONMENT
        )
    copy(language, stage)
    return example.fit(language, interpreter, stage)


def copy(language: Language, folder: Path) -> None:
    """Put the script and the data into a folder."""
    for file in series_files(language):
        shutil.copyfile(file, folder / file.name)
