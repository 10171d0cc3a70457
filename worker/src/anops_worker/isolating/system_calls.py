"""Calls of Linux that Python has no function for."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

_NO_NEW_PRIVS = 38


@cache
def library() -> Any:  # noqa: ANN401  ctypes' own
    """Return the C library, with its errors."""
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library.

    Raises:
        OSError: It says so.
        AttributeError: It has no such function.
    """
    result = int(getattr(library(), name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def gain_no_privileges() -> None:
    """Let no program that this process runs have more rights than it: the system asks for that, first.

    Raises:
        OSError: The system can't.
    """
    call("prctl", _NO_NEW_PRIVS, *(ctypes.c_ulong(value) for value in (1, 0, 0, 0)))
