"""What becomes of a project's code where the new model is of another family, which is asked in another way."""

from __future__ import annotations

import re
import shlex
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from anops_model_interface.errors import AnOpsError

from anops_control.environment import interpreter_of
from anops_control.init.installed import IMPORTED, installed_versions
from anops_control.refitting.renewing_code import code_of, may_be_ours, renew_code, renew_whole_test
from anops_control.refitting.renewing_tests import TESTS, renew_test

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.refitting.looking import Look, NewWithoutCode
    from anops_control.refitting.rows import Renewed


@dataclass(slots=True)
class Family:
    """How the code of a project suits its new model.

    Attributes:
        told: What a person should know of it.
        known: What the new model says of itself, and the one before, None where it is not there any more: where the
            code is such as a new project of either gets, so that neither need be asked again with it.
    """

    told: list[str] = field(default_factory=list)
    known: tuple[Description, Description | None] | None = None
    _models: tuple[Description, Description] | None = None
    _remedy: str | None = None

    @classmethod
    def of(cls, look: Look, stage: Path, artifact: str | None, code: str) -> Self:
        """Compare the code with that of a new project, and renew it where nobody has changed it.

        Args:
            look: Looks at models.
            stage: The staged project, with the new model.
            artifact: Its path there.
            code: The project's code.
        """
        project = look.project
        if artifact is None or not may_be_ours(code):
            return cls()
        asked = look.new_without_code(stage, artifact)
        if asked is None:
            return cls()
        new = asked.description
        if code_of(project, new, artifact) != code:
            return cls._of_another(look, stage, artifact, asked)
        if not asked.is_whole:
            return cls()
        base, old = look.before_without_code()
        was_ours = old is None or code_of(project, old, project.model.artifact) == code
        return cls(known=_with_code(look, code, new, base if was_ours else look.before()))

    @classmethod
    def _of_another(cls, look: Look, stage: Path, artifact: str, asked: NewWithoutCode) -> Self:
        """See what becomes of code that is not what a new project of the new model gets."""
        project, new, name = look.project, asked.description, str(look.project.model.code)
        base, old = look.before_without_code()
        if old is not None and renew_code(stage, project, old, new, artifact):
            renewed = (stage / name).read_text(encoding="utf-8")
            known = _with_code(look, renewed, new, base) if asked.is_whole else None
            return cls([f"{name} asks the model as its new family is asked"], known, (old, new))
        if old is not None and code_of(project, old, project.model.artifact) == code_of(project, new, artifact):
            return cls()  # it is a person's, and nothing of the model asks for another
        told = f"{name} stays as it is, though `ao init` would write another for this model: check that it suits"
        model = shlex.quote(str(look.plan.model or project.folder / artifact))
        mine = "nothing tells whether you changed it" if old is None else f"{name} has your changes"
        remedy = (
            f"Is it of another family? The code that asks it stays, since {mine}. Make a new project of it, and move "
            f"over what you wrote: ao init DIR --model {model}"
        )
        return cls([told], _remedy=remedy)

    @contextmanager
    def advice(self) -> Iterator[None]:
        """Say how to fix it where the new model fails with code that stays."""
        try:
            yield
        except AnOpsError as error:
            if self._remedy is None:
                raise
            raise AnOpsError.of(replace(error.problem, remedy=self._remedy)) from error

    def renew_test(self, stage: Path, project: Project, now: Project, rows: Renewed) -> None:
        """Bring the project's own test to the new model."""
        if self._models is None or not renew_whole_test(stage, project, now, *self._models):
            name = TESTS[project.project.language]
            renew_test(stage / name, project, now, rows)
            if self._models is not None and (stage / name).is_file():
                self.told.append(f"{name} stays as you wrote it: look whether it suits the new model")


def _with_code(
    look: Look, code: str, new: Description, base: Description | None
) -> tuple[Description, Description | None]:
    """Add the packages that the code asks for, in the versions that are installed."""
    if look.project.project.language == "r":
        return new, base
    named = [package for package in IMPORTED if re.search(rf"^(?:import|from) {package}\b", code, re.MULTILINE)]
    installed = installed_versions(interpreter_of(look.project), named)
    return replace(new, packages=installed | new.packages), base
