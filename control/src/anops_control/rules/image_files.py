"""What goes into the image is the model's: nothing private, and all that it needs."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_model_interface.words import quoted
from anops_project.digest import files_of_model

from anops_control.new_files import take_new
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("image-files")
_FILE = ".dockerignore"
_SECRET = frozenset({".env", ".pem", ".key", ".p12", ".pfx", ".netrc"})
_SECRET_NAMES = ("id_rsa", "id_ed25519", "credentials", "secrets")
_DATA = frozenset({
    ".csv", ".tsv", ".xls", ".xlsx", ".ods", ".parquet", ".feather", ".arrow", ".rds", ".rdata", ".rda", ".sav", ".dta",
    ".sas7bdat", ".sqlite", ".db", ".zip", ".gz", ".npy", ".npz", ".h5", ".pkl", ".pickle", ".joblib", ".ipynb",
})  # fmt: skip
_LARGE_BYTES = 1_000_000
_MOST_SHOWN = 5


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    folder = configuration.folder
    if not (folder / "Dockerfile").is_file():
        return
    if not (folder / _FILE).is_file():
        yield _REPORT.warning(
            f"The project has no {_FILE}, so everything in its folder goes into the image.",
            remedy=f"Copy the one of a new project: {take_new(_FILE, configuration.project.project.language)}",
        )
        return
    try:
        needed = set(files_of_model(configuration.project))
    except AnOpsError:
        return  # what is not there is told by the rule `structure`
    context = _context(folder)
    kept_out = sorted(needed - context)
    if kept_out:
        yield _REPORT.warning(
            f"{quoted(kept_out, most=_MOST_SHOWN, what='files')} can't get into the image: "
            f"{_FILE} keeps {_them(kept_out)} out, and the model needs {_them(kept_out)}.",
            remedy=f"Add to the end of {_FILE}: {' and '.join(f'!{name}' for name in kept_out[:_MOST_SHOWN])}",
            file=_FILE,
        )
    others = sorted(context - needed)
    private = [name for name in others if _is_private(name)]
    yield from _told(private, "may be private")
    data = [name for name in others if name not in private and not name.startswith("tests/")]
    yield from _told([name for name in data if _is_data(folder, name)], "may be data that the model does not need")


def _context(folder: Path) -> set[str]:
    from anops_control.building.context import let_in  # noqa: PLC0415  the Docker SDK is slow to import

    found = {PurePosixPath(name).as_posix() for name in let_in(folder) if not (folder / name).is_dir()}
    return found - {_FILE, "Dockerfile"}


def _is_private(name: str) -> bool:
    path = PurePosixPath(name)
    if any(part.startswith(".") for part in path.parts):
        return True
    return path.suffix.lower() in _SECRET or path.name.lower().startswith(_SECRET_NAMES)


def _is_data(folder: Path, name: str) -> bool:
    if PurePosixPath(name).suffix.lower() in _DATA:
        return True
    try:
        return (folder / name).stat().st_size > _LARGE_BYTES
    except OSError:
        return False


def _told(names: Sequence[str], what: str) -> Iterator[Finding]:
    if names:
        yield _REPORT.warning(
            f"{quoted(names, most=_MOST_SHOWN, what='files')} would go into the image, and {what}: "
            f"whoever gets the image gets {_them(names)}.",
            remedy=f"Add {_them(names)} to {_FILE}; or, if the model needs {_them(names)}, to `files` under [model] in "
            "ao.toml.",
            file=_FILE,
        )


def _them(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


RULE = Rule(
    name="image-files",
    passed="What goes into the image is what the model needs.",
    doing="Looking at what goes into the image",
    inspect=_inspect,
)
