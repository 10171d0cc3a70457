"""Takes from a process the right to make sockets but local ones, by a filter of system calls (seccomp).

It needs no privilege, and works where namespaces are not allowed: in most containers.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
from dataclasses import dataclass

from anops_worker.isolating.system_calls import call, gain_no_privileges

_SET_FILTER = 1
_FOR_ALL_THREADS, _KEEP_SPEED = 1, 4
_LOAD, _IS, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_NUMBER, _PROCESSOR, _FIRST_ARGUMENT = 0, 4, 16
"""Where these stand in `struct seccomp_data` (`linux/seccomp.h`); both processors have the lower half first."""
_OTHER_FORM = 0x40000000
"""Numbers of system calls from here on are those of x32, another form of the same processor."""
_NEW_RINGS = 425
"""io_uring_setup: a ring makes sockets that no filter sees."""


@dataclass(frozen=True, slots=True)
class _Processor:
    architecture: int
    new_socket: int
    seccomp: int


_PROCESSORS = {
    "x86_64": _Processor(0xC000003E, new_socket=41, seccomp=317),
    "aarch64": _Processor(0xC00000B7, new_socket=198, seccomp=277),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def make_local_sockets_only() -> None:
    """Refuse this process, and those that it starts, all new sockets but local ones; it can't be undone.

    They fail as where there is no network. Sockets that are handed to it go on working.

    Raises:
        OSError: The system can't, or has another processor than those known here.
    """
    here = _PROCESSORS.get(platform.machine())
    if here is None:
        raise OSError(errno.ENOSYS, f"there is no filter for processors of type {platform.machine()}")
    steps = b"".join(_steps(here))
    program = _Program(len(steps) // 8, steps)
    gain_no_privileges()
    call(
        "syscall",
        ctypes.c_long(here.seccomp),
        ctypes.c_uint(_SET_FILTER),
        ctypes.c_uint(_FOR_ALL_THREADS | _KEEP_SPEED),
        ctypes.byref(program),
    )


def _steps(here: _Processor) -> list[bytes]:
    """Return the program: each step's code, how far to jump where it holds and where not, and its value."""
    absent, unreachable = _FAIL | errno.ENOSYS, _FAIL | errno.ENETUNREACH
    return [
        _step(_LOAD, _PROCESSOR),
        _step(_IS, here.architecture, 0, 7),
        _step(_LOAD, _NUMBER),
        _step(_IS_AT_LEAST, _OTHER_FORM, 5, 0),
        _step(_IS, _NEW_RINGS, 4, 0),
        _step(_IS, here.new_socket, 0, 2),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_IS, int(socket.AF_UNIX), 0, 2),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, absent),
        _step(_RETURN, unreachable),
    ]


def _step(code: int, value: int, where_so: int = 0, where_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, where_so, where_not, value)
