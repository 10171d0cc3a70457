"""Looks at the model of a refit: with the project's code, or without any where the code may not suit it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.assumed_types import with_assumed
from anops_project.description import Source
from anops_project.reference import EXAMPLE

from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.model_process import describe
from anops_control.refitting.rows import write_example
from anops_control.tables.plain_file import plain_file

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.refitting.plan import RefitPlan


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
        file = stage / artifact if artifact else None
        example = stage / EXAMPLE
        if not example.is_file():
            write_example(stage)
        if self.plan.data is not None or not example.is_file():
            return self._look(file, code, stage, self.plan.data, self.plan.target)
        try:
            alone = self._look(file, code, stage)
            if alone.rows is not None and not alone.unsure:
                return alone
        except AnOpsError:
            return self._look(file, code, stage, example)
        try:
            # the project's own rows may be made up, so that they tell no type that the model does not
            return self._still_untold(self._look(file, code, stage, example), alone)
        except AnOpsError:
            return alone

    def before(self) -> Description | None:
        """Look at the model before, where it is there still: what it said tells a person's words from ours."""
        file = self.project.artifact
        if self.plan.model is None or file is None or not file.is_file():
            return None
        try:
            return self._look(file, self.project.code, self.project.folder)
        except (AnOpsError, CommandError):
            return None

    def without_code(self, file: Path | None, folder: Path) -> Description | None:
        """Look at a model as if its project had no code; None where it is not there, or can't be asked so."""
        if file is None or not file.is_file():
            return None
        example = folder / EXAMPLE
        for data in (None, self.plan.data or (example if example.is_file() else None)):
            try:
                return self._look(file, None, folder, data, self.plan.target if data is self.plan.data else None)
            except (AnOpsError, CommandError):
                continue
        return None

    def _look(
        self, file: Path | None, code: Path | None, folder: Path, data: Path | None = None, target: str | None = None
    ) -> Description:
        with plain_file(data, self.plan.written) if data is not None else nullcontext() as rows:
            source = Source(file, code, rows.resolve() if rows else None, target)
            return describe(
                self.project.project.language,
                source,
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
