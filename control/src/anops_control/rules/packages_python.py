"""The packages that a Python model needs are in `requirements.txt`, and are those it was fitted with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from anops_model_interface.words import quoted
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from anops_control.environment import install_command, interpreter_of
from anops_control.examination import begin_examination, examined
from anops_control.rules.installed_packages import installed_in
from anops_control.rules.requirements_file import pin_of, read_requirements
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_control.configuration import Configuration
    from anops_control.environment import Interpreter
    from anops_control.findings import Finding

_REPORT = Reporter("packages")
_FILE = "requirements.txt"
_LOADER = Requirement("anops-worker[data-frames]")
"""What every image has."""


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "packages", "description")
    interpreter = interpreter_of(configuration.project)
    path = configuration.folder / _FILE
    here = installed_in(interpreter)
    wanted = read_requirements(path, here.environment)
    brought = here.brought_by([*wanted.declared.values(), _LOADER])
    if not path.is_file() and {canonicalize_name(name) for name in found.used} - brought.keys():
        yield _REPORT.error(
            f"There is no {_FILE}: the image would lack {quoted(sorted(found.used))}.",
            remedy=f"Write it with: {' '.join(f'{name}=={version}' for name, version in found.used.items())}",
        )
        return
    for unreadable in wanted.unreadable:
        yield _REPORT.error(
            f"pip can't read a line of {unreadable.path.name}: {unreadable.text}",
            remedy="Write a package's name, and behind it the version: scikit-learn==1.6.1",
            file=os.path.relpath(unreadable.path, configuration.folder),
            line=unreadable.line,
        )
    yield from package_findings(found.used, wanted.declared, brought, interpreter)
    if found.description is not None and found.description.saved_with is not None:
        yield _REPORT.warning(found.description.saved_with, file=configuration.project.model.artifact)


def package_findings(
    used: Mapping[str, str],
    declared: Mapping[str, Requirement],
    installed: Mapping[str, str],
    interpreter: Interpreter,
) -> Iterator[Finding]:
    """Yield what does not fit.

    Args:
        used: The packages that the model and its code need, with the versions that are installed.
        declared: What requirements.txt asks for, by the name as registries compare it.
        installed: What is installed of these, of the model-service, and of all that they require; by the same name.
        interpreter: The Python that loads the model.
    """
    for name, version in used.items():
        key: str = canonicalize_name(name)
        if key not in installed and key not in declared:
            yield _REPORT.error(
                f"The model or its code needs the package `{name}`, which {_FILE} does not name: "
                "the image would lack it.",
                remedy=f"Add a line: {name}=={version}",
                file=_FILE,
            )
        elif key in declared and pin_of(declared[key]) is None and declared[key].url is None:
            yield _REPORT.note(
                f"`{name}` has no fixed version: an image built later may load the model with another one.",
                remedy=f"Write {name}=={version}, if the model was fitted with it.",
                file=_FILE,
            )
    for key, requirement in declared.items():
        name, here = requirement.name, installed.get(key)
        wanted = f"{name}{requirement.specifier}"
        if here is None:
            yield _REPORT.warning(
                f"{_FILE} names `{name}`, which is not installed where the model is loaded: the image has more than "
                "was checked here.",
                remedy=f"Run: {install_command(interpreter, [wanted])}; or take it out.",
                file=_FILE,
            )
        elif not requirement.specifier.contains(here, prereleases=True):
            yield _REPORT.warning(
                f"{_FILE} has {wanted}, and {here} is installed where the model is loaded: the image loads the "
                "model with another version than was checked here.",
                remedy=f"Run: {install_command(interpreter, [wanted])}; or write {name}=={here}, "
                "if the model was fitted with it.",
                file=_FILE,
            )


RULE = Rule(
    name="packages",
    passed="The packages that the model needs are declared, and those it was fitted with.",
    doing="Looking at the packages",
    inspect=_inspect,
    after=("structure",),
    ahead=begin_examination,
    language="python",
)
