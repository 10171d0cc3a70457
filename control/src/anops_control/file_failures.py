"""Says in plain words why the computer refuses a file: no space left, no permission, a disk that only reads."""

from __future__ import annotations

import errno
import tempfile

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


def file_failure(error: OSError, place: object = None) -> CommandError | None:
    """Return what a person reads of a failure that is the computer's; None where it may be a fault of ours.

    Args:
        error: What was raised.
        place: What was read or written, where the error does not say.
    """
    named = error.filename2 or error.filename or place  # of a copy, the second is what could not be written
    file = None if named is None else f"`{named}`"
    if error.errno in _FULL:
        return CommandError(
            f"Can't write {file or 'a file'}: no space is left on its disk.",
            remedy="Free some space and run the command again."
            if file
            else f"Free some space in the project's folder and in {tempfile.gettempdir()}; then run the command again.",
            code=Code.FILE_UNWRITABLE,
        )
    if error.errno in _DENIED:
        return CommandError(
            f"{file or 'A file'} can't be used: you don't have permission to read or write it.",
            remedy="Change its permissions.",
            code=Code.FILE_DENIED,
        )
    if error.errno == errno.EROFS:
        return CommandError(
            f"Can't write {file or 'a file'}: its disk is read-only.",
            remedy="Work on a copy in a folder that you may write to.",
            code=Code.FILE_UNWRITABLE,
        )
    if error.errno == errno.ENAMETOOLONG:
        return CommandError(
            f"Can't use {file or 'a file'}: its name is too long.",
            remedy="Choose a shorter name.",
            code=Code.FILE_UNWRITABLE,
        )
    return None


def unwritable(error: OSError, place: object) -> CommandError:
    """Return what a person reads where a file or folder can't be written.

    Args:
        error: What was raised.
        place: What was to be written.
    """
    return file_failure(error, place) or CommandError(
        f"Can't write `{place}`: {error.strerror or error}.", code=Code.FILE_UNWRITABLE
    )
