"""Writes a key of `ao.toml` as TOML does."""

from __future__ import annotations


def key_text(path: tuple[str | int, ...]) -> str:
    """Write a key with its tables, quoted where it must be: `model.inputs."Sepal.Length"`."""
    return ".".join(_part(part) for part in path)


def _part(part: str | int) -> str:
    bare = str(part).replace("-", "").replace("_", "")
    if bare.isascii() and bare.isalnum():
        return str(part)
    return '"' + str(part).replace("\\", "\\\\").replace('"', '\\"') + '"'
