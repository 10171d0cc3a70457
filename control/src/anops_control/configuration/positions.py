"""Where each key and value of an `ao.toml` stands, which a TOML parser for values does not tell."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

Path = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and indices in arrays."""

_HEADERS = {"table", "table_array_element"}
_KEYS = {"bare_key", "quoted_key", "dotted_key"}


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A character of a file; both numbers count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Positions:
    """Where keys and values stand.

    Attributes:
        keys: Where each key is first named, headers of tables included.
        values: Where each value starts.
        written: Each number as it is written, since 1.10 and 1.1 are the same value.
    """

    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)

    def key(self, path: Path) -> Position | None:
        """Return where a key stands, or else the table that it belongs in."""
        return self._nearest(path, self.keys)

    def value(self, path: Path) -> Position | None:
        """Return where a value starts, or else its key or table."""
        return self.values.get(path) or self._nearest(path, self.keys)

    @staticmethod
    def _nearest(path: Path, places: dict[Path, Position]) -> Position | None:
        for length in range(len(path), 0, -1):
            if path[:length] in places:
                return places[path[:length]]
        return None


def find_positions(text: str) -> Positions:
    """Find the position of every key and value in a TOML text; faults of syntax are passed over."""
    lines = text.encode().split(b"\n")
    found = Positions()
    counts: Counter[Path] = Counter()
    for node in _parse(text).named_children:
        if node.type == "pair":
            _read_pair(node, (), found, lines)
        elif node.type in _HEADERS:
            _read_table(node, found, lines, counts)
    return found


def _parse(text: str) -> Node:
    return Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node


def find_all_keys(text: str) -> Iterator[tuple[Path, Position, bool]]:
    """Yield each key that is given a value, and each header of a table (True), in the order of the text."""
    lines = text.encode().split(b"\n")
    for node in _parse(text).named_children:
        if node.type == "pair":
            yield from _keys_of_pair(node, (), lines)
        elif node.type == "table":
            base: Path = ()
            for child in node.named_children:
                if child.type in _KEYS:
                    parts = list(_parts(child, lines))
                    base = tuple(part for part, _ in parts)
                    yield base, parts[0][1], True
                elif child.type == "pair":
                    yield from _keys_of_pair(child, base, lines)


def _keys_of_pair(node: Node, base: Path, lines: list[bytes]) -> Iterator[tuple[Path, Position, bool]]:
    parts = [part for child in node.named_children if child.type in _KEYS for part in _parts(child, lines)]
    if parts:
        yield (*base, *(part for part, _ in parts)), parts[0][1], False


def _read_table(node: Node, found: Positions, lines: list[bytes], counts: Counter[Path]) -> None:
    header = next((child for child in node.named_children if child.type in _KEYS), None)
    if header is None:
        return
    path: Path = ()
    for part, place in _parts(header, lines):
        path = (*path, part)
        found.keys.setdefault(path, place)
    if node.type == "table_array_element":
        counts[path] += 1
        path = (*path, counts[path] - 1)
    for child in node.named_children:
        if child.type == "pair":
            _read_pair(child, path, found, lines)


def _read_pair(node: Node, base: Path, found: Positions, lines: list[bytes]) -> None:
    key = next((child for child in node.named_children if child.type in _KEYS), None)
    if key is None:
        return
    path = base
    for part, place in _parts(key, lines):
        path = (*path, part)
        found.keys.setdefault(path, place)
    values = [child for child in node.named_children if child.type not in _KEYS | {"comment"}]
    if values:
        _read_value(values[0], path, found, lines)


def _read_value(node: Node, path: Path, found: Positions, lines: list[bytes]) -> None:
    found.values.setdefault(path, _position(node, lines))
    if node.type in {"float", "integer"}:
        found.written.setdefault(path, (node.text or b"").decode(errors="replace"))
    elif node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                _read_pair(child, path, found, lines)
    elif node.type == "array":
        items = [child for child in node.named_children if child.type != "comment"]
        for index, child in enumerate(items):
            _read_value(child, (*path, index), found, lines)


def _parts(key: Node, lines: list[bytes]) -> Iterator[tuple[str, Position]]:
    if key.type == "dotted_key":
        for child in key.named_children:
            yield from _parts(child, lines)
        return
    text = (key.text or b"").decode(errors="replace")
    yield (_unquoted(text) if key.type == "quoted_key" else text), _position(key, lines)


def _unquoted(text: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{text} = 0")))
    except tomllib.TOMLDecodeError:
        return text


def _position(node: Node, lines: list[bytes]) -> Position:
    row, byte = node.start_point
    return Position(row + 1, len(lines[row][:byte].decode(errors="replace")) + 1)
