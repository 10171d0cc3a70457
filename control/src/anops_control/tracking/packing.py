"""A whole model project as one folder with a manifest: what a version is made of."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_project.digest import digest_of, digest_of_manifest
from anops_project.project import Project
from anops_project.recorded import sha256_of

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECT = "project"
MANIFEST = "manifest.json"
_FORM = 1
_NOT_CARRIED = frozenset({"__pycache__", "node_modules", "renv", "keys.toml"})
"""What can be made again, and secrets."""


def pack(project: Project, into: Path) -> dict[str, Any]:
    """Copy a project into an empty folder, and write the manifest of its files.

    Hidden files and folders stay behind (but for `.Rprofile` and `.dockerignore`), as do environments and keys; a link
    becomes what it points to.

    Returns:
        The manifest: `form`, `name`, `version`, `language`, `digest` of the model, and `files` with the digest of each.

    Raises:
        CommandError: A file can't be read.
        AnOpsError: A file of the model is not there.
    """
    digest = digest_of(project)
    target, files = into / PROJECT, dict[str, str]()
    for name, source in files_of(project.folder):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise CommandError(
                f"`{name}` can't be read: {error.strerror or error}.",
                remedy="Make it readable, or take it out of the project.",
                code=Code.FILE_UNREADABLE,
            ) from error
        files[name] = sha256_of(copy)
    if digest_of(Project.read(target)) != digest:
        raise CommandError(
            "The project changed while it was packed.", remedy="Run the command again.", code=Code.PROJECT_INVALID
        )
    about = project.project
    manifest = {
        "form": _FORM,
        "name": about.name,
        "version": about.version,
        "language": about.language,
        "digest": digest,
        "files": files,
    }
    (into / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    return manifest


def seal_of(manifest: dict[str, Any]) -> str:
    """Return the digest of a manifest, which the registry keeps apart from the files."""
    return digest_of_manifest(manifest)


def faults_in(folder: Path, seal: str | None) -> list[str]:
    """Return what of a packed project is gone or altered, a line each.

    Args:
        folder: The packed project.
        seal: The digest of its manifest that the registry keeps; None where it keeps none.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"`{MANIFEST}` is not there, or can't be read."]
    faults = []
    if seal is not None and seal_of(manifest) != seal:
        faults.append(f"`{MANIFEST}` is another one than was registered.")
    found = {name for name, _ in files_of(folder / PROJECT)}
    for name, digest in files.items():
        if name not in found:
            faults.append(f"`{name}` is gone.")
        elif sha256_of(folder / PROJECT / name) != digest:
            faults.append(f"`{name}` was altered.")
    return faults + [f"`{name}` was added." for name in sorted(found - files.keys())]


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a project that a version has, by their paths in it."""
    for here, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _NOT_CARRIED
            and not name.startswith(".")
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))  # noqa: PTH110, PTH118
        )
        for name in sorted(names):
            path = folder / here / name
            if name in _NOT_CARRIED or (name.startswith(".") and name not in {".Rprofile", ".dockerignore"}):
                continue
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path
