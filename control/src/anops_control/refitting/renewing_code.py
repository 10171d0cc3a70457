"""Brings the code and the test that `ao init` wrote to a model of another family; what a person wrote stays."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_project.reference import REFERENCE

from anops_control.init import values
from anops_control.init.intake import STANDARD_CODE, Intake
from anops_control.init.row_conversions import python_answered, python_lines, r_answered, r_lines
from anops_control.init.templates import example_values, render
from anops_control.refitting.renewing_tests import TESTS

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema
    from anops_project.description import Description
    from anops_project.project import Project

_WRITTEN_BY_INIT = re.compile(r'^(?:# |""")How `[^`]*` is loaded')


def may_be_ours(code: str) -> bool:
    """Whether a text begins as the code that `ao init` writes."""
    return _WRITTEN_BY_INIT.match(code) is not None


def code_of(project: Project, description: Description, artifact: str | None) -> str:
    """Return the code of a new project of a model.

    Args:
        project: The project, for its names.
        description: What the model says of itself, asked without code.
        artifact: The path of the fitted model.
    """
    return _rendered(project, description, artifact, {}, STANDARD_CODE[project.project.language])


def renew_code(stage: Path, project: Project, old: Description, new: Description, artifact: str | None) -> bool:
    """Write the code of the new model, where that of the project is as a new one of the old model has it.

    Returns:
        Whether it was written.
    """
    path = stage / str(project.model.code)
    if path.read_text(encoding="utf-8") != code_of(project, old, project.model.artifact):
        return False
    path.write_text(code_of(project, new, artifact), encoding="utf-8")
    return True


def renew_whole_test(stage: Path, project: Project, now: Project, old: Description, new: Description) -> bool:
    """Write the test of the new model, where that of the project is as `ao init` wrote it for the old one.

    Returns:
        Whether it was written.
    """
    path = stage / TESTS[project.project.language]
    if not path.is_file():
        return False
    was = _test_of(project, old, project.folder / REFERENCE, project.schema)
    becomes = _test_of(now, new, stage / REFERENCE, now.schema)
    if was is None or becomes is None or path.read_text(encoding="utf-8") != was:
        return False
    path.write_text(becomes, encoding="utf-8")
    return True


def _test_of(project: Project, description: Description, reference: Path, schema: Schema) -> str | None:
    language = project.project.language
    lines, answered = (r_lines, r_answered) if language == "r" else (python_lines, python_answered)
    try:
        saved = json.loads(reference.read_bytes())
        conversions = lines(saved["rows"], schema) + answered(saved["predictions"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    facts = {"_has_reference": True, "_by_chance": saved.get("by_chance") is True, "_conversions": conversions}
    return _rendered(project, description, project.model.artifact, facts, TESTS[language])


def _rendered(
    project: Project, description: Description, artifact: str | None, facts: dict[str, Any], name: str
) -> str:
    language, code = project.project.language, str(project.model.code)
    filled: dict[str, Any] = {
        **example_values(language),
        "name": project.project.name,
        "description": values.one_line(description.summary),
        **values.taken_in(Intake(language, Path(artifact) if artifact else None, None), artifact=artifact, code=code),
        **values.described(language, description),
        **facts,
    }
    with tempfile.TemporaryDirectory(prefix="ao-refit-") as folder:
        return (render(language, filled, Path(folder)) / name).read_text(encoding="utf-8")
