"""Reads an `ao.toml` as TOML, and says in plain words where it is not TOML."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from anops_model_service.project import CONFIG_NAME

from ao.errors import ConfigurationError
from ao.findings import Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def parse(path: Path) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its tables.

    Raises:
        ConfigurationError: It can't be read, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _failure("The file must be text in UTF-8.", "Save it as UTF-8.", line, None) from error
    except OSError as error:
        raise _failure(f"The file can't be read: {error.strerror}.", "Change its permissions.", None, None) from error
    text = text.replace("\r\n", "\n")
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explain(str(error), text) from error


def _explain(theirs: str, text: str) -> ConfigurationError:
    match = _PLACE.search(theirs)
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if match and match["line"]:
        line, column = int(match["line"]), int(match["column"])
    return _failure(f"This is not TOML: {_PLACE.sub('', theirs)}.", None, line, column)


def _failure(message: str, remedy: str | None, line: int | None, column: int | None) -> ConfigurationError:
    return ConfigurationError(
        [
            Finding(
                rule="configuration",
                severity=Severity.ERROR,
                message=message,
                remedy=remedy,
                file=CONFIG_NAME,
                line=line,
                column=column,
            )
        ]
    )
