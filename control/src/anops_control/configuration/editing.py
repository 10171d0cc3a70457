"""Changes single values of an `ao.toml`, and leaves every comment and space where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import InlineTable, Item, Table

from anops_control.findings import Removed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from anops_control.findings import Edit


def apply_edits(path: Path, edits: Iterable[Edit], *, own_comments: Iterable[str] = ()) -> None:
    """Write values into an `ao.toml`.

    Args:
        path: The file.
        edits: What to write where; tables that are not there are made, `wt = "number"` becomes
            `wt = {type = "number", …}` where something is written below it.
        own_comments: Comments that `ao` wrote itself, and may put others in place of.
    """
    with path.open(encoding="utf-8", newline="") as file:
        document = tomlkit.parse(file.read())
    ours = frozenset(own_comments)
    for edit in edits:
        _apply(document, edit, ours)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(tomlkit.dumps(document))


def commented(path: Path, table: tuple[str, ...], comment: str) -> list[str]:
    """Return the keys of a table of an `ao.toml` behind which a comment stands."""
    holder: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    for name in table:
        holder = holder.get(name, {})
    items = {key: _item(holder, key) for key in holder}
    return [key for key, item in items.items() if item is not None and item.trivia.comment.lstrip("# ") == comment]


def _apply(document: Any, edit: Edit, ours: frozenset[str]) -> None:  # noqa: ANN401  tomlkit's containers
    *tables, key = edit.path
    if isinstance(edit.value, Removed):
        _remove(document, tables, key)
        return
    holder, above, last = document, None, ""
    for name in tables:
        above, holder, last = holder, _table(holder, name), name
    before = _item(holder, key)
    value = tomlkit.item(_plain(edit.value))
    if before is None:
        if isinstance(holder, InlineTable) and above is not None:
            above[last] = _with_key(holder, key, value)
            return
        if edit.comment is not None:
            value.comment(edit.comment)
        _add(holder, key, value)
        return
    was, now = before.trivia, value.trivia
    now.indent, now.comment_ws, now.comment, now.trail = was.indent, was.comment_ws, was.comment, was.trail
    line = holder.trivia if isinstance(holder, InlineTable) else now
    if edit.comment is not None and line.comment.lstrip("# ") in ours:
        line.comment = f"# {edit.comment}" if edit.comment else ""
        if not edit.comment:
            line.comment_ws = was.comment = was.comment_ws = ""  # of an item without one, tomlkit takes the one before
    if now.comment:
        # comments below each other stay so
        width = len(before.as_string()) + len(was.comment_ws) - len(value.as_string())
        now.comment_ws = " " * max(1, width)
    holder[key] = value


def _remove(document: Any, tables: list[str], key: str) -> None:  # noqa: ANN401  tomlkit's containers
    holder, above, last = document, None, ""
    for name in tables:
        if not isinstance(holder, Table | InlineTable | dict) or name not in holder:
            return
        above, holder, last = holder, holder[name], name
    if not isinstance(holder, Table | InlineTable | dict) or key not in holder:
        return
    if isinstance(holder, InlineTable) and above is not None:
        above[last] = _without_key(holder, key)
    else:
        del holder[key]


def _without_key(table: InlineTable, key: str) -> InlineTable:
    """Return `{ a = 1 }` for `{ a = 1, b = 2 }`; tomlkit itself leaves commas."""
    kept = {name: item for name, item in table.value.items() if name != key}
    parts = [f"{tomlkit.key([name]).as_string()} = {tomlkit.item(item).as_string()}" for name, item in kept.items()]
    shorter: InlineTable = tomlkit.parse(f"it = {{ {', '.join(parts)} }}")["it"]
    shorter.trivia.comment_ws, shorter.trivia.comment = table.trivia.comment_ws, table.trivia.comment
    shorter.trivia.trail = table.trivia.trail
    return shorter


def _item(holder: Any, key: str) -> Item | None:  # noqa: ANN401
    """Return what stands for a key, with its spaces and comment; tomlkit hands out a bare `bool` otherwise."""
    inner = holder.value if isinstance(holder, Table | InlineTable) else holder
    if key not in inner:
        return None
    found = inner.item(key)
    return found if isinstance(found, Item) else None


def _table(holder: Any, name: str) -> Any:  # noqa: ANN401
    if name not in holder:
        holder[name] = tomlkit.table()
    elif not isinstance(holder[name], Table | InlineTable | dict):
        short = holder[name]
        longer: Any = tomlkit.parse(f"it = {{ type = {tomlkit.item(str(short)).as_string()} }}")["it"]
        longer.trivia.comment_ws, longer.trivia.comment = short.trivia.comment_ws, short.trivia.comment
        longer.trivia.trail = short.trivia.trail
        holder[name] = longer
    return holder[name]


def _add(holder: Any, key: str, value: Item) -> None:  # noqa: ANN401
    """Add a key after the other keys of a table, before the tables in it and the comment above the next one."""
    plain = [name for name, inner in holder.items() if not isinstance(inner, Table)]
    if isinstance(holder, Table) and plain:
        holder.value._insert_after(plain[-1], key, value)  # noqa: SLF001  tomlkit adds behind these otherwise
    else:
        holder[key] = value


def _with_key(table: InlineTable, key: str, value: Item) -> InlineTable:
    """Return `{ a = 1, b = 2 }` for `{ a = 1 }`, its spaces as they are, which tomlkit itself does not keep."""
    text = table.as_string()
    inner = text[1:-1].rstrip()
    space = " " if inner.startswith(" ") else ""
    name = tomlkit.key([key]).as_string()
    joined = f"{{{inner}{', ' if inner.strip() else space}{name} = {value.as_string()}{space}}}"
    longer: InlineTable = tomlkit.parse(f"it = {joined}")["it"]
    longer.trivia.comment_ws, longer.trivia.comment = table.trivia.comment_ws, table.trivia.comment
    longer.trivia.trail = table.trivia.trail
    return longer


def _plain(value: object) -> object:
    """Write whole numbers without `.0`, as a person would."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def written(edits: Iterable[Edit]) -> Mapping[str, str]:
    """Return what edits write, each key with its value as TOML has it."""
    return {".".join(edit.path): tomlkit.item(_plain(edit.value)).as_string() for edit in edits}
