"""Which packages a project's Python has, and which of them others bring along."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_control.environment import Interpreter

_ASK = """
import json, os, platform, sys
from importlib.metadata import distributions
packages = {}
for found in distributions():
    name = found.metadata["Name"]
    if name and name not in packages:
        packages[name] = [found.version, found.requires or []]
full = platform.python_version()
environment = {
    "implementation_name": sys.implementation.name,
    "implementation_version": full,
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": full,
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": sys.platform,
}
print(json.dumps({"packages": packages, "environment": environment}))
"""
"""Run by the project's Python, which need not have `packaging`."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What a Python has installed.

    Attributes:
        versions: The version of each package, by its name as registries compare it.
        environment: The values of the markers of PEP 508 there.
    """

    versions: dict[str, str]
    environment: dict[str, str]
    _requires: dict[str, list[str]]

    def brought_by(self, wanted: Iterable[Requirement]) -> dict[str, str]:
        """Return the versions of these packages and of all that they require, extras and markers minded.

        Args:
            wanted: What is asked for; what is not installed brings nothing.
        """
        waiting, found = [*wanted], dict[str, str]()
        seen: set[tuple[str, frozenset[str]]] = set()
        while waiting:
            requirement = waiting.pop()
            key, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
            if (key, extras) in seen or key not in self.versions:
                continue
            seen.add((key, extras))
            found[key] = self.versions[key]
            waiting += _needed(self._requires[key], extras, self.environment)
        return found


def installed_in(interpreter: Interpreter) -> Installed:
    """Ask a project's Python what it has."""
    ended = subprocess.run(  # noqa: S603  the person's own Python
        [str(interpreter.path), "-c", _ASK], capture_output=True, text=True, check=True, cwd="/"
    )
    told: dict[str, Any] = json.loads(ended.stdout)
    packages = {canonicalize_name(name): facts for name, facts in told["packages"].items()}
    return Installed(
        {key: version for key, (version, _) in packages.items()},
        told["environment"],
        {key: requires for key, (_, requires) in packages.items()},
    )


def _needed(lines: Iterable[str], extras: frozenset[str], environment: Mapping[str, str]) -> list[Requirement]:
    needed = []
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue  # of a package older than the rules
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras)):
            needed.append(requirement)
    return needed
