"""Installs distributions into the environment of `ao` itself, whatever made it: pip, uv, or `make install`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.packages import WHEELS

from anops_control.child_environment import child_environment
from anops_control.environment import is_managed
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.events import Events

_SHOWN_LINES = 8
_BUILD = {"RPY2_CFFI_MODE": "API"}
"""A missing header of R must fail the build: rpy2's other mode is slow, and silent about it."""


def install(requirements: Sequence[str], wheels: Path | None, events: Events) -> None:
    """Install distributions beside `ao`.

    Args:
        requirements: What is wanted, with versions.
        wheels: A folder that everything is taken from, without any network; None: what the installation of `ao`
            keeps beside it where that is enough, else an index too.
        events: Where lines of the installer are told.

    Raises:
        CommandError: They can't be installed; what the installer said is in the details.
    """
    _require_own_environment()
    begin = [*_installer("install"), *requirements]
    kept = Path(sys.prefix) / WHEELS
    if wheels is not None:
        ended = _run([*begin, "--no-index", "--find-links", str(wheels)], events)
    elif kept.is_dir():
        # without a network first: an index would be waited for, also where nothing of it is needed
        ended = _run([*begin, "--no-index", "--find-links", str(kept)], None)
        if ended.returncode:
            ended = _run([*begin, "--find-links", str(kept)], events)
    else:
        ended = _run(begin, events)
    if ended.returncode:
        raise CommandError(
            f"{_listed(requirements)} can't be installed.",
            details=_last_lines(ended),
            remedy="Where this computer has no network, put the wheels into a folder, and name it with --wheels."
            if wheels is None
            else f"Put what is missing into {wheels}, or leave out --wheels.",
            code=Code.INSTALL_FAILED,
        )


def uninstall(distributions: Sequence[str], events: Events) -> None:
    """Take distributions out of the environment of `ao`.

    Raises:
        CommandError: They can't be taken out.
    """
    _require_own_environment()
    ended = _run([*_installer("uninstall"), *distributions], events)
    if ended.returncode:
        raise CommandError(
            f"{_listed(distributions)} can't be removed.", details=_last_lines(ended), code=Code.INSTALL_FAILED
        )


def forgets_at_upgrade() -> str | None:
    """Name the tool that makes this environment anew at an upgrade, without what was added; None where none does."""
    for file, tool in (("uv-receipt.toml", "uv"), ("pipx_metadata.json", "pipx")):
        if Path(sys.prefix, file).is_file():
            return tool
    return None


def imports(module: str) -> str | None:
    """Return why a module can't be imported in a new process of this Python; None where it can."""
    ended = subprocess.run(  # noqa: S603  this Python
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False, cwd=sys.prefix
    )
    return (ended.stderr.strip().splitlines() or ["it said nothing"])[-1] if ended.returncode else None


def _installer(verb: str) -> list[str]:
    if find_spec("pip") is not None:
        quiet = ["--disable-pip-version-check", "--quiet"]
        return [sys.executable, "-m", "pip", verb, *quiet, *(["--yes"] if verb == "uninstall" else [])]
    uv = which("uv")
    if uv is None:
        raise CommandError(
            "The environment of `ao` has no pip, and there is no `uv` on PATH.",
            details=[f"It is {sys.prefix}."],
            command=f"{sys.executable} -m ensurepip",
            code=Code.ENVIRONMENT,
        )
    return [uv, "pip", verb, "--python", sys.executable]


def _require_own_environment() -> None:
    if is_managed(Path(sys.executable)):
        raise CommandError(
            "`ao` is installed into the Python of the operating system, which takes no packages but its own.",
            details=[f"It is {sys.executable}."],
            remedy="Install `ao` into an environment of its own, for example with uv or pipx.",
            code=Code.ENVIRONMENT,
        )


def _run(command: Sequence[str], events: Events | None) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(  # noqa: S603  pip or uv
        list(command),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**_BUILD, **child_environment()},
    )
    if events is not None:
        for line in ended.stdout.splitlines():
            events.line(line)
    return ended


def _last_lines(ended: subprocess.CompletedProcess[str]) -> list[str]:
    lines = [line.strip() for line in (ended.stderr or ended.stdout).splitlines() if line.strip()]
    return lines[-_SHOWN_LINES:] or [f"It ended with exit code {ended.returncode}, and said nothing."]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
