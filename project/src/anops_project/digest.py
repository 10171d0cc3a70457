"""The digest of a model: which fit this is, whatever its name and version say.

It is the SHA-256 of a canonical manifest: `[model]` of ao.toml, and the digest of each file that the model is made
of. A comment, the order of keys or another way to write the same in ao.toml does not change it; a refit does.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anops_project.project import Project

_FORM = 1
_NOT_THE_FIT = frozenset({"sha256", "fitted", "fitted_on"})
"""Which file it is, `files` says of each; the others are for people."""
_NOT_CARRIED = frozenset({"__pycache__", "node_modules"})


def digest_of(project: Project) -> str:
    """Return the digest of a project's model, `sha256:` and 64 hexadecimal digits.

    Name, version and where the folder lies do not count: the same fit has the same digest wherever it is copied.

    Args:
        project: The project.

    Raises:
        AnOpsError: `MODEL_LOAD`: a file that ao.toml names is not there, or can't be read.
    """
    return digest_of_manifest(manifest_of(project))


def manifest_of(project: Project) -> dict[str, Any]:
    """Return what the digest is of, as values for JSON: `form`, `model`, and `files` by their paths.

    Args:
        project: The project.

    Raises:
        AnOpsError: `MODEL_LOAD`: a file that ao.toml names is not there, or can't be read.
    """
    files = {}
    for name, path in files_of_model(project).items():
        try:
            with path.open("rb") as file:
                files[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise AnOpsError(Code.MODEL_LOAD, f"Can't read `{name}`, a file of the model: {error.strerror}.") from error
    written = {key: value for key, value in project.model.written().items() if key not in _NOT_THE_FIT}
    return {"form": _FORM, "model": written, "files": files}


def digest_of_manifest(manifest: Mapping[str, Any]) -> str:
    """Return the digest of a manifest, whatever the order of its keys."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def files_of_model(project: Project) -> dict[str, Path]:
    """Return the files that a model is made of, by their paths in the project: artifact, code, and `files`.

    Of a folder, all that is in it counts, without hidden files and what Python compiles. A link is the file that it
    points to.

    Args:
        project: The project.

    Raises:
        AnOpsError: `MODEL_LOAD`: one is not there.
    """
    model, found = project.model, dict[str, "Path"]()
    for key, name in (("artifact", model.artifact), ("code", model.code), *(("files", each) for each in model.files)):
        if name is None:
            continue
        path = project.folder / name
        if not path.exists():
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"Can't find `{name}`, which ao.toml names under [model] as {'one of its ' if key == 'files' else ''}"
                f"`{key}`.",
                remedy=f"Put it there, or correct `{key}` in ao.toml.",
            )
        for file in sorted(_inside(path)) if path.is_dir() else [path]:
            found[file.relative_to(project.folder).as_posix()] = file
    return found


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in _NOT_CARRIED:
            continue
        if path.is_dir():
            yield from _inside(path)
        elif path.is_file():
            yield path
