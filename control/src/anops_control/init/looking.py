"""Looks at a model that a project is made of: what it says of itself, and which files it reads."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_model_interface.words import quoted

from anops_control.init.carried_files import Beside, needed_beside
from anops_control.init.elsewhere.suited_rows import suited
from anops_control.init.installed import IMPORTED, installed_versions
from anops_control.opened_files import OpenedFiles
from anops_control.tables.plain_file import plain_file

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Description

    from anops_control.environment import Interpreter
    from anops_control.init.new_project import ProjectRequest

_UNSEEN = (
    "AnOps could not tell which files the model reads: if it needs any that are not code, copy them into the "
    "project, and name them under `files` in ao.toml."
)


def look_at(
    wanted: ProjectRequest, interpreter: Interpreter, artifact: Path | None, *, data: Path | None
) -> tuple[Description, Beside]:
    """Look at the model, from its own folder or else from where the person is, and at what it reads meanwhile."""
    from anops_project.description import Source  # noqa: PLC0415  NumPy is slow to import

    from anops_control.init.outside import outside_note  # noqa: PLC0415  as slow
    from anops_control.model_process import describe  # noqa: PLC0415  as slow

    intake = wanted.intake
    code = intake.code.path if intake.code else None
    beside = artifact or code
    places = [beside.parent if beside else wanted.here or wanted.folder]
    if beside is not None and wanted.here is not None and wanted.here in places[0].parents:
        places.append(wanted.here)  # `python train.py` of a project's root puts its model into a folder below
    with (
        plain_file(data, wanted.written) if data is not None else nullcontext() as whole,
        nullcontext((whole, ()))
        if whole is None or wanted.brought is None
        else suited(whole, wanted.brought, wanted.target) as (rows, others),
    ):
        source = Source(artifact, code, rows, wanted.target, wanted.object)
        failed: AnOpsError | None = None
        for where in places:
            try:
                with OpenedFiles(where) as opened:
                    description = describe(
                        intake.language,
                        source,
                        folder=where,
                        interpreter=interpreter,
                        limits=wanted.limits,
                        opened=opened,
                    )
                break
            except AnOpsError as error:
                failed = failed or error
        else:
            raise failed or AssertionError(places)
    given = (artifact, code, wanted.data, data)
    brought = wanted.brought
    names = [*opened.names(), *(() if brought is None else brought.files)]
    perhaps = opened.others() if brought is None else ()
    found = needed_beside(where, names, given=given, code=code, perhaps=perhaps)
    unseen = () if opened.complete else (_UNSEEN,)
    if brought is not None:
        description = brought.added_to(description)
    if others and data is not None:
        left = f"Left out of {data.name}: {quoted(others, most=8)}, which the model does not take."
        description = replace(description, notes=(*description.notes, left))
    notes = (*description.notes, *outside_note(description), *found.notes, *unseen)
    description = replace(description, notes=notes)
    if intake.language == "r":
        return description, found
    packages = installed_versions(interpreter, IMPORTED) | description.packages
    return replace(description, packages=packages), found
