"""Gives the file of a version with what is known of it; one that AnOps did not add is described first."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast, get_args

from anops_model_interface.codes import Code

from anops_control.datasets.description import About, Description, Form
from anops_control.datasets.progress import advancing
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.datasets.port import Board, Data, Stored
    from anops_control.events import Events


@contextmanager
def opened(adapter: Data, board: Board, stored: Stored, events: Events) -> Iterator[tuple[Path, Description]]:
    """Give a version's file, whose bytes are those that were added, and its description.

    Raises:
        CommandError: The file is altered, or of no form that is read here.
    """
    if stored.kind not in get_args(Form):
        raise CommandError(
            f"`{stored.name}` is a pin of type {stored.kind}, which only the pins packages read.",
            code=Code.FILE_UNREADABLE,
        )
    with board.verified(stored, advancing(events, f"Reading {stored.name}")) as file:
        described = stored.description
        if described is None:
            form = cast("Form", stored.kind)
            looked = adapter.describe(
                file, form, about=About(), said={}, missing_words=("", "NA"), advance=advancing(events, "Describing it")
            )
            described = looked.description
        yield file, described
