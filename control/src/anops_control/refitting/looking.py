"""Looks at the model of a refit: with the project's code, or without any where the code may not suit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from anops_model_interface.errors import AnOpsError
from anops_project.assumed_types import with_assumed
from anops_project.description import Source
from anops_project.reference import EXAMPLE

from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.model_process import describe, describe_with_rows
from anops_control.refitting.rows import write_example
from anops_control.tables.plain_file import plain_file

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.refitting.plan import RefitPlan


@dataclass(frozen=True, slots=True)
class NewWithoutCode:
    """What the new model says of itself without the project's code.

    Attributes:
        description: What it says.
        is_whole: Whether a person's rows, where there are some, were asked about too.
    """

    description: Description
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at models of one project, as a person wants it.

    Attributes:
        plan: What the person wants.
        project: The project as it was.
    """

    plan: RefitPlan
    project: Project

    def new(self, stage: Path, artifact: str | None) -> Description:
        """Look at the new model; the project's example helps where the model alone does not say its columns.

        Raises:
            AnOpsError: It can't be loaded, or its columns can't be found.
        """
        code = stage / self.project.model.code if self.project.model.code else None
        return self._whole(stage / artifact if artifact else None, code, stage)

    def new_without_code(self, stage: Path, artifact: str) -> NewWithoutCode | None:
        """Look at the new model as if its project had no code; None where it can't be asked so."""
        file = stage / artifact
        try:
            return NewWithoutCode(self._whole(file, None, stage), is_whole=True)
        except (AnOpsError, CommandError):
            if self.plan.data is None:
                return None
        try:
            return NewWithoutCode(self._look(Source(file), stage), is_whole=False)
        except (AnOpsError, CommandError):
            return None

    def before(self) -> Description | None:
        """Look at the model before, where it is there still: what it said tells a person's words from ours."""
        file = self.project.artifact
        if self.plan.model is None or file is None or not file.is_file():
            return None
        try:
            return self._look(Source(file, self.project.code, try_independence=False), self.project.folder)
        except (AnOpsError, CommandError):
            return None

    def before_without_code(self) -> tuple[Description | None, Description | None]:
        """Look at the model before as if its project had no code.

        Returns:
            What it says by itself, None where that is nothing; and what it says, if need be, with rows.
        """
        file, folder = self.project.artifact, self.project.folder
        if self.plan.model is None or file is None or not file.is_file():
            return None, None
        source, example = Source(file, try_independence=False), self.plan.data or folder / EXAMPLE
        try:
            if not example.is_file():
                found = self._look(source, folder)
                return found, found
            alone, told = self._with_rows(source, folder, example)
        except (AnOpsError, CommandError):
            return None, None
        return alone, alone or told

    def _whole(self, file: Path | None, code: Path | None, stage: Path) -> Description:
        example = stage / EXAMPLE
        if not example.is_file():
            write_example(stage)
        if self.plan.data is not None:
            with plain_file(self.plan.data, self.plan.written) as rows:
                return self._look(Source(file, code, rows.resolve(), self.plan.target), stage)
        if not example.is_file():
            return self._look(Source(file, code), stage)
        alone, told = self._with_rows(Source(file, code), stage, example)
        if alone is None or told is None:
            return told or cast("Description", alone)
        # the project's own rows may be made up, so that they tell no type that the model does not
        return self._still_untold(told, alone)

    def _look(self, source: Source, folder: Path) -> Description:
        return describe(
            self.project.project.language,
            source,
            folder=folder,
            interpreter=interpreter_of(self.project),
            limits=self.plan.limits,
        )

    def _with_rows(self, source: Source, folder: Path, data: Path) -> tuple[Description | None, Description | None]:
        with plain_file(data, self.plan.written) as rows:
            return describe_with_rows(
                self.project.project.language,
                source,
                rows,
                folder=folder,
                interpreter=interpreter_of(self.project),
                limits=self.plan.limits,
            )

    def _still_untold(self, found: Description, alone: Description) -> Description:
        written = self.project.model.inputs
        untold = [name for name in alone.unsure if name in written and written[name].assumed]
        inputs = with_assumed(found.schema.inputs, untold)
        for name in alone.kind_untold:
            if name in inputs and inputs[name].type == "integer":  # as a double without decimals is written, too
                inputs[name] = replace(inputs[name], type=alone.schema.inputs[name].type)
        return replace(found, schema=replace(found.schema, inputs=inputs))
