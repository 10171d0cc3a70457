"""A Python environment with what a project's `requirements.txt` names, and what loads a model."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.environment import find_interpreter, install_command
from anops_control.errors import CommandError
from anops_control.rules.installed_packages import installed_in
from anops_control.rules.requirements_file import read_requirements
from anops_model_interface.codes import Code
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from anops_control_service.environments.installer import install
from anops_control_service.environments.kept import kept, key_of, made_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.events import Events

FILE = "requirements.txt"
_LOADER = ("anops-worker", "anops-project", "anops-model-interface")
"""Our own parts beside a model, which no registry has: each is linked from here, and so is never another version."""
_EXTRA = "data-frames"
"""What most models need, and every image has, whether a project names it or not."""
_TESTING = "pytest>=8"
_NEEDS = "needed-by-anops.txt"


def environment_for(folder: Path, home: Path, events: Events, *, make: bool) -> Path | None:
    """Return the environment of a project.

    Args:
        folder: The project's.
        home: Where environments are kept.
        events: Where it is told what is installed.
        make: Whether it is made where it is not kept.

    Returns:
        Its folder; None where the project names no packages, or where all are there that it names.

    Raises:
        CommandError: It can't be made.
    """
    file = folder / FILE
    if not file.is_file() or _has_all(file, folder):
        return None
    needs = _needs(file)
    key = key_of("python", sys.version, sysconfig.get_platform(), sys.base_prefix, *needs, *_contents(file, set()))
    if not make:
        return kept(home, key)

    def made(place: Path) -> None:
        events.step("Making the project's environment from requirements.txt")
        _make(place, file, needs, events)

    return kept(home, key) or made_once(home, key, made, events)


def _has_all(file: Path, folder: Path) -> bool:
    """Say whether the Python that would load the model has everything that a file names, at versions that fit."""
    here = installed_in(find_interpreter(folder, "python", environ=os.environ))
    wanted = read_requirements(file, here.environment)
    return not wanted.unreadable and all(
        not each.url and not each.extras and key in here.versions
        and each.specifier.contains(here.versions[key], prereleases=True)
        for key, each in wanted.declared.items()
    )  # fmt: skip


def _needs(file: Path) -> list[str]:
    """Return what our own parts need of others, and what runs the tests where the project does not say."""
    needs = []
    for name in _LOADER:
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            here = find_interpreter(Path("/"), "python", environ={})
            raise CommandError(
                f"`{name}`, which loads Python models, is not installed beside the control service.",
                command=install_command(here, ["anops-worker"]),
                code=Code.ENVIRONMENT,
            ) from None
        read = map(Requirement, lines)
        needs += [
            f"{each.name}{each.specifier}"
            for each in read
            if each.name not in _LOADER and (each.marker is None or each.marker.evaluate({"extra": _EXTRA}))
        ]
    if not re.search(r"^\s*pytest\b", file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE):
        needs.append(_TESTING)
    return sorted(set(needs))


def _contents(file: Path, seen: set[Path]) -> Iterator[bytes]:
    """Yield what a file says, and every file of the project that it names: others, and packages."""
    seen.add(file.resolve())
    data = file.read_bytes()
    yield data
    for word in re.split(r"[\s=]+", data.decode(errors="replace")):
        named = file.parent / word
        if not word or len(word) > 255 or "\0" in word or not named.is_file() or named.resolve() in seen:
            continue
        if named.suffix in {".txt", ".in"}:
            yield from _contents(named, seen)
        else:
            yield named.read_bytes()


def _make(place: Path, file: Path, needs: list[str], events: Events) -> None:
    uv = _uv()
    env = {**os.environ, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1",
           "PYTHONUNBUFFERED": "1"}  # fmt: skip
    env.pop("VIRTUAL_ENV", None)
    python = place / "bin" / "python"
    if uv is not None:
        new = [uv, "venv", "--quiet", "--python", sys.executable, str(place)]
        into, source = [uv, "pip", "install", "--python", str(python)], "uv"
    else:
        new = [sys.executable, "-m", "venv", str(place)]
        into, source = [str(python), "-m", "pip", "install", "--progress-bar", "off"], "pip"
    where = file.parent
    install(new, events, folder=where, env=env, file=FILE, source="venv")
    needed = place / _NEEDS
    needed.write_text("# What AnOps needs to load a model and run tests\n" + "\n".join(needs) + "\n", encoding="utf-8")
    install([*into, "-r", FILE, "-r", str(needed)], events, folder=where, env=env, file=FILE, source=source)
    packages = next(place.glob("lib/python3*/site-packages"))
    for name in _LOADER:
        _link(name, packages)
    install(
        [str(python), "-c", "import anops_worker.python_runtime"],
        events, folder=Path("/"), env=env, file=FILE, source="python",
    )  # fmt: skip


def _link(name: str, packages: Path) -> None:
    """Let an environment have one of our own parts: its modules, and what says its name and version."""
    module = canonicalize_name(name).replace("-", "_")
    found = find_spec(module)
    distribution = metadata.distribution(name)
    facts = Path(str(distribution.locate_file(f"{module}-{distribution.version}.dist-info")))
    if found is None or not found.submodule_search_locations or not facts.is_dir():
        raise CommandError(f"`{name}` is not installed as it should be.", code=Code.ENVIRONMENT)
    for source, target in ((Path(found.submodule_search_locations[0]), module), (facts, facts.name)):
        if (packages / target).is_dir():
            shutil.rmtree(packages / target)  # a project may name it; only this one fits
        (packages / target).symlink_to(source)


def _uv() -> str | None:
    """Return uv where it is: beside this Python, or on PATH."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        return None
    works = subprocess.run([found, "--version"], capture_output=True, check=False)  # noqa: S603  the person's own uv
    return found if works.returncode == 0 else None
