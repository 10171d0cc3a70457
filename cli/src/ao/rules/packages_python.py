"""The packages that a Python model needs are in `requirements.txt`, and are those it was fitted with."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

from ao.environment import install_command, interpreter_of
from ao.examination import examined
from ao.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ao.configuration import Configuration
    from ao.environment import Interpreter
    from ao.findings import Finding

_REPORT = Reporter("packages")
_FILE = "requirements.txt"
_SERVICE = "anops-model-service"
_LINE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?P<rest>[^;#@]*)")
_PIN = re.compile(r"===?\s*(?P<version>[^\s,*]+)\s*$")
_SAVED_WITH = "was saved with"

_ASK = """
import json, re, sys
from importlib.metadata import PackageNotFoundError, distribution
waiting, found, missing = list(sys.argv[1:]), {}, []
while waiting:
    name = waiting.pop()
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in found:
        continue
    try:
        known = distribution(name)
    except PackageNotFoundError:
        continue
    found[key] = known.version
    # what only an extra asks for may be missing
    waiting += [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in known.requires or () if "extra ==" not in line]
print(json.dumps(found))
"""
"""Finds the versions of packages and of all that these require."""


def _look(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration)
    interpreter = interpreter_of(configuration.project)
    path = configuration.folder / _FILE
    declared = read_requirements(path)
    installed = _installed(interpreter, [*declared, _SERVICE])
    if not path.is_file() and set(map(key_of, found.used)) - installed.keys():
        yield _REPORT.error(
            f"There is no {_FILE}: the image would lack {_listing(sorted(found.used))}.",
            remedy=f"Write it with: {' '.join(f'{name}=={version}' for name, version in found.used.items())}",
        )
        return
    yield from package_findings(found.used, declared, installed, interpreter)
    notes = found.description.notes if found.description else ()
    for note in (note for note in notes if _SAVED_WITH in note):
        yield _REPORT.warning(note, file=configuration.project.model.artifact)


def read_requirements(path: Path) -> dict[str, str | None]:
    """Read which packages a file asks for, those of files it includes as well.

    Returns:
        The version that each is pinned to, by name; None where it is not.
    """
    declared: dict[str, str | None] = {}
    if not path.is_file():
        return declared
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text = line.strip().rstrip("\\").strip()
        included = re.match(r"(?:-r|--requirement)[ =](.+)", text)
        if included:
            declared |= read_requirements(path.parent / included[1].strip())
        elif (match := _LINE.match(text)) and not text.startswith(("#", "-")):
            pin = _PIN.search(match["rest"].split("--hash")[0].strip())
            declared[match["name"]] = pin["version"] if pin else None
    return declared


def package_findings(
    used: Mapping[str, str],
    declared: Mapping[str, str | None],
    installed: Mapping[str, str],
    interpreter: Interpreter,
) -> Iterator[Finding]:
    """Yield what does not fit.

    Args:
        used: The packages that the model and its code need, with the versions that are installed.
        declared: The packages of requirements.txt, with the versions they are pinned to.
        installed: What is installed of these, of the model-service, and of all that they require; by key.
        interpreter: The Python that loads the model.
    """
    keys = {key_of(name): (name, pin) for name, pin in declared.items()}
    for name, version in used.items():
        if key_of(name) not in installed and key_of(name) not in keys:
            yield _REPORT.error(
                f"The model or its code needs the package `{name}`, which {_FILE} does not name: "
                "the image would lack it.",
                remedy=f"Add a line: {name}=={version}",
                file=_FILE,
            )
        elif key_of(name) in keys and keys[key_of(name)][1] is None:
            yield _REPORT.note(
                f"`{name}` has no fixed version: an image built later may load the model with another one.",
                remedy=f"Write {name}=={version}, if the model was fitted with it.",
                file=_FILE,
            )
    for key, (name, pin) in keys.items():
        here = installed.get(key)
        if here is None:
            wanted = f"{name}=={pin}" if pin else name
            yield _REPORT.warning(
                f"{_FILE} names `{name}`, which is not installed where the model is loaded: the image has more than "
                "was checked here.",
                remedy=f"Run: {install_command(interpreter, [wanted])}; or take it out.",
                file=_FILE,
            )
        elif pin is not None and pin != here:
            yield _REPORT.warning(
                f"{_FILE} has {name}=={pin}, and {here} is installed where the model is loaded: the image loads the "
                "model with another version than was checked here.",
                remedy=f"Run: {install_command(interpreter, [f'{name}=={pin}'])}; or write {name}=={here}, "
                "if the model was fitted with it.",
                file=_FILE,
            )


def key_of(name: str) -> str:
    """Return a package's name as registries compare it: Scikit_Learn is scikit-learn."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(interpreter: Interpreter, names: list[str]) -> dict[str, str]:
    ended = subprocess.run(  # noqa: S603  the person's own Python
        [str(interpreter.path), "-c", _ASK, *names], capture_output=True, text=True, check=True, cwd="/"
    )
    found: dict[str, str] = json.loads(ended.stdout)
    return found


def _listing(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


RULE = Rule(
    name="packages",
    passed="The packages that the model needs are declared, and those it was fitted with.",
    doing="Looking at the packages",
    look=_look,
    after=("structure",),
    language="python",
)
