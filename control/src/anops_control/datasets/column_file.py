"""Reads what a person says of a dataset's columns from a TOML file, in the words of `ao.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.schema import ColumnSpec, columns_of

from anops_control.datasets.description import About
from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path | None) -> tuple[About, dict[str, ColumnSpec]]:
    """Read what is said of a dataset and its columns.

    Args:
        path: The file: keys such as `source`, and tables `[columns.NAME]` as those of `[model.inputs]`.

    Raises:
        CommandError: It can't be read, or says what can't be said.
    """
    if path is None:
        return About(), {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandError(f"There is no file `{path}`.", code=Code.FILE_NOT_FOUND) from None
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise CommandError(f"{path} is not TOML: {error}.", code=Code.FILE_UNREADABLE) from error
    known = [each.name for each in fields(About)]
    for key in told:
        if key not in {*known, "columns"}:
            guess = nearest(key, [*known, "columns"])
            raise CommandError(
                f"{path} can't have the key `{key}`.",
                details=[f"Its keys are {', '.join(known)} and columns."],
                remedy=f"Did you mean `{guess}`?" if guess else None,
                code=Code.FILE_UNREADABLE,
            )
    about = {key: told[key] for key in known if key in told}
    keys = about.pop("keys", [])
    wrong = next((key for key, value in about.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise CommandError(f"`{wrong}` in {path} must be text.", code=Code.FILE_UNREADABLE)
    try:
        columns = columns_of(told, "columns")
    except ValueError as error:
        raise CommandError(f"{path}: {error}.", code=Code.FILE_UNREADABLE) from error
    return About(**about, keys=(keys,) if isinstance(keys, str) else tuple(map(str, keys))), columns
