"""Reads an `ao.toml` as TOML, and says in plain words where it is not TOML."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from anops_project.project import CONFIG_NAME

from anops_control.configuration.clashing_keys import find_clash
from anops_control.configuration.syntax_advice import Advice, advise
from anops_control.errors import ConfigurationError
from anops_control.findings import Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def parse(path: Path) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its tables.

    Raises:
        ConfigurationError: It can't be read, or is not TOML.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        advice = Advice(f"The file can't be read: {error.strerror}.", "Change its permissions.")
        raise _failure(advice, None, None) from error
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _failure(Advice("The file must be text in UTF-8.", "Save it as UTF-8."), line, None) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explain(str(error), text) from error
    except RecursionError as error:
        advice = Advice("Lists or tables are nested too deeply.", "Count the brackets.")
        raise _failure(advice, None, None) from error


def _explain(theirs: str, text: str) -> ConfigurationError:
    clash = find_clash(text) if theirs.startswith("Cannot") else None
    if clash is not None:
        return _failure(clash.advice, clash.place.line, clash.place.column)
    match = _PLACE.search(theirs)
    lines = text.rstrip("\n").split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if match and match["line"]:
        line, column = int(match["line"]), int(match["column"])
    return _failure(advise(_PLACE.sub("", theirs), lines[line - 1], column), line, column)


def _failure(advice: Advice, line: int | None, column: int | None) -> ConfigurationError:
    return ConfigurationError(
        [
            Finding(
                rule="configuration",
                severity=Severity.ERROR,
                message=advice.message,
                remedy=advice.remedy,
                file=CONFIG_NAME,
                line=line,
                column=column,
            )
        ]
    )
