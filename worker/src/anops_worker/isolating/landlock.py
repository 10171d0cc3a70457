"""Takes from a process the right to write files outside some folders, by Landlock (Linux 5.13 and later).

The numbers are those of `linux/landlock.h`, and the system calls' are the same on all processors.
"""

from __future__ import annotations

import ctypes
import os
import stat
from typing import TYPE_CHECKING

from anops_worker.isolating.system_calls import call, gain_no_privileges

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_BENEATH = 1

_WRITE_FILE = 1 << 1
_CHANGE_FOLDERS = sum(1 << bit for bit in range(4, 13))
"""Remove files and folders, and make files, folders, links, sockets and devices."""
_REFER = 1 << 13
"""Move a file to another folder; since version 2."""
_TRUNCATE = 1 << 14
"""Since version 3."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def write_only_in(folders: Iterable[Path]) -> None:
    """Let this thread, and the processes that it starts, write in some folders alone; it can't be undone.

    What is open stays open; reading stays as it was. A second call takes away more, and gives nothing back.

    Args:
        folders: The folders, or devices. One that is not there is left out.

    Raises:
        OSError: The system can't.
    """
    version = _system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    rights = _WRITE_FILE | _CHANGE_FOLDERS | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    wanted = _Ruleset(rights)
    ruleset = _system_call(
        _CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(ctypes.sizeof(wanted)), ctypes.c_uint32(0)
    )
    try:
        for folder in folders:
            _allow(ruleset, folder, rights)
        gain_no_privileges()
        _system_call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _WRITE_FILE | _TRUNCATE
        rule = _Beneath(rights, descriptor)
        _system_call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def _system_call(number: int, *arguments: object) -> int:
    return call("syscall", ctypes.c_long(number), *arguments)
