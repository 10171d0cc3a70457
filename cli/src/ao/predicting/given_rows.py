"""The rows that a person gives: a file, or what comes from a pipe."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


@contextmanager
def on_disk(file: str) -> Iterator[Path]:
    """Give a file's path; what comes from a pipe is put into a temporary one, for it is read more than once.

    Raises:
        CommandError: It can't be read.
    """
    if file == "-":
        if sys.stdin.isatty():
            messages.note("Reading rows from the keyboard; Ctrl-D ends them.")
        with _copied(sys.stdin.buffer, "rows.csv") as path:
            yield path
        return
    given = Path(file)
    try:
        source = given.open("rb")
    except FileNotFoundError as error:
        raise CommandError(
            f"There is no file `{file}`.", remedy="Name a file of rows, such as a CSV file.", code=Code.FILE_NOT_FOUND
        ) from error
    except IsADirectoryError as error:
        raise CommandError(f"`{file}` is a folder; it must be a file of rows.", code=Code.FILE_NOT_FOUND) from error
    except OSError as error:
        raise CommandError(f"Can't read `{file}`: {error.strerror}.", code=Code.FILE_UNREADABLE) from error
    with source:
        if given.is_file():
            yield given
            return
        with _copied(source, given.name) as path:
            yield path


@contextmanager
def _copied(source: BinaryIO, name: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="ao-") as folder:
        path = Path(folder, name)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path
