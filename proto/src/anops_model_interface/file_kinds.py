"""What a file is by its first bytes, where somebody takes it for CSV."""

from __future__ import annotations

import re

START_BYTES = 64
"""So many of the first bytes tell."""

JSON_KIND = "JSON"

_SIGNS = {
    b"PK\x03\x04": "a spreadsheet, or another ZIP file",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of an old kind",
    b"\x1f\x8b": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\0": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"%PDF": "a PDF",
    b"\x89HDF": "an HDF5 file",
    b"SQLite format 3": "an SQLite database",
    b"RDX": "a file of R's save()",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
}
_JSON = re.compile(rb'(\{\s*["}]|\[\s*[{\[])')
_PAGE = re.compile(rb"<(!doctype|html|head|body|table|\?xml)", re.IGNORECASE)


def foreign_kind(start: bytes) -> str | None:
    """Tell what a file is that is no CSV for sure.

    Args:
        start: Its first bytes.

    Returns:
        Words that go behind "it is", or None where it may be CSV.
    """
    for sign, words in _SIGNS.items():
        if start.startswith(sign):
            return words
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _JSON.match(text):
        return JSON_KIND
    return "a web page, or XML" if _PAGE.match(text) else None
