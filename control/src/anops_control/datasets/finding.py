"""Finds boards, datasets and versions by what a person calls them; the nearest is named where there is none."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.project import CONFIG_NAME
from anops_project.sections.data import BOARD, DataSection

from anops_control.configuration import load
from anops_control.configuration.locating import find_project
from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tracking.opening import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.datasets.port import Board, Data, Stored

_LONGEST = 120
_SHOWN = 5
_FORBIDDEN = frozenset('/\\:*?"<>|')
"""What a folder's name can't have on every system, and pins refuses."""


def board_of(adapter: Data, folder: Path, address: str | None) -> Board:
    """Open the board that a person names, else that of the project, else `.anops/data` here.

    Args:
        adapter: What keeps datasets.
        folder: The project's folder, or one below it.
        address: What the person names; a path is taken from `folder`.
    """
    options: Mapping[str, str] = {}
    home = folder.resolve()
    section = DataSection()
    try:
        home = _owner(find_project(folder))
    except CommandError as error:
        if error.code != Code.PROJECT_NOT_FOUND or not folder.is_dir():
            raise
    else:
        section = load(home).data if (home / CONFIG_NAME).is_file() else section
    if address is None or address == section.board:
        options = section.options
    written = address or section.board or BOARD
    if "://" not in written:
        start = home if address is None else folder.resolve()
        written = str(start / Path(written).expanduser())
    return adapter.board(written, options)


def _owner(project: Path) -> Path:
    """Return the folder whose data a project reads: a version that was fetched reads those of who fetched it."""
    own = next((parent for parent in project.parents if parent.name == FOLDER), None)
    return project if own is None else own.parent


def checked_name(name: str) -> str:
    """Return a dataset's name as it is kept.

    Raises:
        CommandError: A dataset can't be named so; a name that can be is suggested.
    """
    kept = unicodedata.normalize("NFC", name)
    told = kept.strip()
    good = "".join("-" if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in told).strip("-. ")
    while len(good.encode()) > _LONGEST:
        good = good[:-1]
    if good == "_pins.yaml":  # what pins keeps of a board
        good = "pins.yaml"
    if kept == good:
        return kept
    raise CommandError(
        f"A dataset can't be named `{name[:_LONGEST]}`: the name must also be valid for a folder, on every system.",
        details=[
            f"At most {_LONGEST} bytes, no {' '.join(sorted(_FORBIDDEN))}, and neither dots nor spaces at its ends."
        ],
        remedy=f"Name it `{good}`." if good else None,
        code=Code.USAGE,
    )


def versions_of(board: Board, name: str) -> Sequence[Stored]:
    """Return the versions of a dataset, the oldest first; there is at least one.

    Raises:
        CommandError: There is no such dataset.
    """
    name = unicodedata.normalize("NFC", name)
    found = board.versions(name) if _could_be(name) else ()
    if found:
        return found
    known = board.names()
    guess = nearest(name, known)
    shown = ", ".join(f"`{each}`" for each in known[:_SHOWN])
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    raise CommandError(
        f"There is no dataset `{name}` in {board.address}.",
        details=[f"There {'is' if len(known) == 1 else 'are'} {shown}{more}."]
        if known
        else ["It has no datasets yet."],
        remedy=f"Did you mean `{guess}`?" if guess else None,
        command=None if known else "ao data add FILE",
        code=Code.DATASET_NOT_FOUND,
    )


def version_of(board: Board, name: str, wanted: str | None) -> Stored:
    """Return a version of a dataset: the latest, or the one whose name or hash begins as a person says.

    Raises:
        CommandError: There is no such dataset or version, or there are several.
    """
    found = versions_of(board, name)
    if wanted is None or wanted == "latest":
        return found[-1]
    exact = [each for each in found if wanted in {each.version, each.hash}]
    fits = exact or [
        each for each in found if wanted and (each.version.startswith(wanted) or each.hash.startswith(wanted))
    ]
    if len(fits) == 1:
        return fits[0]
    names = [each.version for each in found]
    if fits:
        raise CommandError(
            f"{len(fits)} versions of `{name}` begin with `{wanted}`.",
            details=[f"{each.version} has the hash {each.hash}." for each in fits[:_SHOWN]],
            remedy="Write more of it.",
            code=Code.USAGE,
        )
    by_word = {word: each.version for each in found for word in (each.version, each.hash, each.hash[: len(wanted)])}
    guess = nearest(wanted, by_word)
    raise CommandError(
        f"Dataset `{name}` has no version `{wanted}`.",
        details=[
            f"The latest of {len(names)} is {names[-1]}." if len(names) > 1 else f"Its only version is {names[-1]}."
        ],
        remedy=f"Did you mean `{by_word[guess]}`?" if guess else None,
        code=Code.DATASET_NOT_FOUND,
    )


def _could_be(name: str) -> bool:
    return bool(name.strip(". ")) and not _FORBIDDEN & set(name) and name.isprintable()
