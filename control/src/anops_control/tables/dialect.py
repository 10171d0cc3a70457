"""How a CSV file is written: encoding, separator, decimal mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_control.tables.written_numbers import Mark

NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may stand between cells."""

_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|", "space": " "}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of their file; None: nothing.

    Attributes:
        encoding: Its encoding.
        separator: What stands between cells.
        decimal: Its decimal mark.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: Mark | None = None


def asked_of(encoding: str | None, separator: str | None, decimal: Mark | None) -> Asked:
    """Put together what a person says of their file.

    Raises:
        CommandError: The separator is no single sign.
    """
    sign = None if separator is None else _WORDS.get(separator, separator)
    if sign is not None and (len(sign) != 1 or sign in '"\r\n' or sign.isalnum()):
        raise CommandError(
            f"`--separator` must be a single sign, not `{separator}`.",
            remedy="Write it as `--separator ';'` or `--separator tab`.",
            code=Code.USAGE,
        )
    return Asked(encoding, sign, decimal)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    Attributes:
        encoding: Its encoding, by Python's name.
        separator: What stands between cells.
        decimal: Its decimal mark.
        told_separator: Whether the line above the names is `sep=…`.
        lines_before: How many lines stand above the names: that one, and empty ones.
        example: A number of the file that is read otherwise than it is written, and how; None: there is none.
        numbers: The columns of numbers, where any of them may have to be rewritten.
    """

    encoding: str = "utf-8"
    separator: str = ","
    decimal: Mark = "."
    told_separator: bool = False
    lines_before: int = 0
    example: tuple[str, str] | None = None
    numbers: frozenset[str] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether a service reads the file as it is."""
        return self.encoding == "utf-8" and self.separator in {",", ";", "\t"} and not self.example

    def sentence(self, file: str) -> str:
        """Say how a file is read."""
        parts = [f"{NAMES.get(self.separator, repr(self.separator))} between cells"]
        if self.encoding != "utf-8":
            parts.insert(0, f"encoding {self.encoding}")
        if self.example:
            parts.append("decimal comma" if self.decimal == "," else "decimal point")
        text = f"{file} is read with {', '.join(parts)}"
        return f"{text}: {self.example[0]} is {self.example[1]}." if self.example else f"{text}."
