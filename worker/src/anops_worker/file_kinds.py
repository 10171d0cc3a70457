"""What a file that is no pickle is instead, in words that let its owner see the mix-up."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PEEK_BYTES = 4096
_SPACE = 32
"""Characters below it are no text, but for tabs and line ends."""
_R_STARTS = (b"X\n\x00\x00", b"A\n2\n", b"A\n3\n", b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n")
_BINARY_STARTS = {
    b"PK\x03\x04": "a zip archive, such as torch, Keras, skops or Excel write",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, such as older Keras versions write",
    b"\x93NUMPY": "a NumPy array file",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a SQLite database",
    b"CBM1": "a CatBoost model file",
    b"{L\x00\x00": "an XGBoost model file (UBJSON)",
}


_SUFFIXES = {
    ".onnx": "an ONNX model",
    ".pmml": "a PMML model",
}
"""Files that say what they are by their names alone."""


def other_kind(path: Path) -> str | None:
    """Say what a file holds that is surely no pickle.

    Args:
        path: The file, which exists.

    Returns:
        A phrase such as "an R object file", or None where it may be a pickle.
    """
    start = _start(path)
    if not start:
        return "empty"
    return _by_start(start) or _SUFFIXES.get(path.suffix.lower())


def _by_start(start: bytes) -> str | None:
    if start.startswith(b"version https://git-lfs"):
        return "a git-lfs pointer"
    if start.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML)"
    if _unpacked(start).startswith(_R_STARTS):
        return "an R object file"
    return next((name for magic, name in _BINARY_STARTS.items() if start.startswith(magic)), None)


def text_kind(path: Path) -> str | None:
    """Say what kind of text a file holds that could not be read as a pickle.

    Returns:
        A phrase such as "text", or None where it is no text.
    """
    start = _start(path)
    if b"\x00" in start or start.startswith(b"\x80"):
        return None
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # else a character was cut in two by the peek
            return None
        text = start[: error.start].decode("utf-8")
    if any(ord(character) < _SPACE and not character.isspace() for character in text):
        return None
    if text.startswith("tree\nversion="):
        return "a LightGBM model file (text)"
    if text.lstrip().startswith('{"learner"'):
        return "an XGBoost model file (JSON)"
    return "JSON" if text.lstrip().startswith(("{", "[")) else "text"


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_PEEK_BYTES)


def _unpacked(start: bytes) -> bytes:
    """Unpack as much of a compressed start as there is; R and joblib compress with the same methods."""
    try:
        if start.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(wbits=31).decompress(start)
        if start.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(start)
        if start.startswith(b"\xfd7zXZ"):
            return lzma.LZMADecompressor().decompress(start)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile):
        return b""
    return start
