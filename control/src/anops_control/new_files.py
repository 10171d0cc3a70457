"""The command that gives a project a file as a new one has it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anops_control.typed_folder import typed_folder

if TYPE_CHECKING:
    from anops_project.sections.project import Language


def take_new(name: str, language: Language) -> str:
    """Return the line that makes a new project in passing, and copies one of its files into this one.

    Args:
        name: The file.
        language: The project's.
    """
    made = f'new=$(mktemp -d) && ao init "$new" --lang {language} --name example'
    return f'{made} && cp "$new/{name}" {shlex.quote(typed_folder())}'
