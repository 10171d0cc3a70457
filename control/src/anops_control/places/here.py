"""This machine: programs run as the person's own would, in the project's folder."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anops_project.time_zone import local_time_zone

from anops_control.budget import run
from anops_control.child_environment import child_environment
from anops_control.environment import interpreter_of, lacks
from anops_control.places.place import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits
    from anops_control.places.place import Place


class Here:
    """This machine, for one project."""

    measures = False

    def __init__(self, project: Project, scratch: Path) -> None:
        """Take a project as it is.

        Args:
            project: The project.
            scratch: A folder of its own for the checks' files.
        """
        self._project = project
        self.project = str(project.folder)
        self.scratch = str(scratch)

    @property
    def r(self) -> Sequence[str]:
        """The person's own R, with their profile: that is where their packages are."""
        return (shutil.which("Rscript") or "Rscript",)

    def python(self, module: str) -> Sequence[str] | None:
        """Return what runs a module with the Python that loads the model."""
        python = interpreter_of(self._project).path
        return None if lacks(python, module) else (str(python), "-m", module)

    def tool(self, name: str) -> Sequence[str] | None:
        """Return a tool of the model's Python, of that of `ao`, or on PATH."""
        found = self.python(name)
        if found is not None:
            return found
        if not lacks(Path(sys.executable), name):
            return (sys.executable, "-m", name)
        on_path = shutil.which(name)
        return (on_path,) if on_path else None

    def has_r_package(self, package: str) -> bool:
        """Say whether the person's R has a package."""
        asked = [*self.r, "-e", f"quit(status = !nzchar(system.file(package = {package!r})))"]
        return self.run(asked, what="Asking R").code == 0

    def run(
        self,
        command: Sequence[str],
        *,
        what: str,
        files: Mapping[str, bytes] | None = None,
        fetch: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a program in the project's folder, within the limits of the command; see `Place`."""
        scratch = Path(self.scratch)
        for name, content in (files or {}).items():
            (scratch / name).write_bytes(content)
        for name in fetch:
            (scratch / name).unlink(missing_ok=True)
        # R warns where it can't find out the time zone
        variables = {"TZ": local_time_zone(), **child_environment(), **(environment or {})}
        ended = run(command, what=what, folder=Path(self.project), env=variables)
        written = {name: (scratch / name).read_bytes() for name in fetch if (scratch / name).is_file()}
        return Ended(ended.returncode, ended.stdout, ended.stderr, written)


@contextmanager
def here(project: Project) -> Iterator[Here]:
    """Let checks of a project run on this machine."""
    with tempfile.TemporaryDirectory(prefix="ao-check-") as scratch:
        yield Here(project, Path(scratch))


@contextmanager
def opened(configuration: Configuration, events: Events, limits: Limits) -> Iterator[Place]:
    """Open this machine; the entry point `here`."""
    del events, limits  # nothing is to be prepared, and what is run keeps the limits of the command
    with here(configuration.project) as place:
        yield place
