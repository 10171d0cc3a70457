"""Moves aliases, and remembers where they pointed before."""

from __future__ import annotations

import fcntl
import json
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.tracking.port import Keeper, RegisteredModel

CHAMPION = "champion"
_MOST = 100
_FILE = "sqlite:///"


@contextmanager
def one_at_a_time(keeper: Keeper) -> Iterator[None]:
    """Let no other process of this computer move an alias meanwhile; MLflow itself moves it from wherever it is.

    Where versions are kept by a server, or where no lock can be made, nothing holds others back.
    """
    with ExitStack() as stack:
        if keeper.where.startswith(_FILE):
            with suppress(OSError):
                lock = stack.enter_context(Path(f"{keeper.where.removeprefix(_FILE)}.moving.lock").open("a"))
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def point_to(keeper: Keeper, model: str, alias: str, number: int) -> int | None:
    """Let an alias point to a version.

    Returns:
        The version that it pointed to before; None where it is new.
    """
    known = keeper.model(model)
    before = known.aliases.get(alias)
    if before == number:
        return before
    if before is not None:
        history = [*history_of(known, alias), before]
        keeper.tag_model(model, _key(alias), json.dumps(history[-_MOST:]))
    keeper.move_alias(model, alias, number)
    return before


def let_go(keeper: Keeper, model: str, alias: str) -> None:
    """Take an alias away; it can be given back to the version that it pointed to."""
    known = keeper.model(model)
    keeper.tag_model(model, _key(alias), json.dumps([*history_of(known, alias), known.aliases[alias]][-_MOST:]))
    keeper.drop_alias(model, alias)


def history_of(model: RegisteredModel, alias: str) -> list[int]:
    """Return the versions that an alias pointed to before, the last one last."""
    try:
        read = json.loads(model.tags.get(_key(alias), "[]"))
    except ValueError:
        return []
    return [each for each in read if isinstance(each, int)] if isinstance(read, list) else []


def forget_last(keeper: Keeper, model: RegisteredModel, alias: str, until: int) -> None:
    """Take back the history of an alias up to where it points again."""
    history = history_of(model, alias)
    while history and history.pop() != until:
        pass
    keeper.tag_model(model.name, _key(alias), json.dumps(history))


def _key(alias: str) -> str:
    return f"anops.history.{alias}"
