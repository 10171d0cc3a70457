"""Gives a process a network of its own, in which there is nobody else: a network namespace of Linux."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
from pathlib import Path

from anops_worker.isolating.system_calls import call

_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_SET_FLAGS = 0x8914
_UP = 0x1
_CAPABILITIES_FORM = 0x20080522
_DANGEROUS = (12, 13, 16, 17, 18, 19, 21, 27)
"""What leads out of a namespace again, or past the rules of files: NET_ADMIN, NET_RAW, SYS_MODULE, SYS_RAWIO,
SYS_CHROOT, SYS_PTRACE, SYS_ADMIN, MKNOD (`linux/capability.h`)."""


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def leave_the_network() -> None:
    """Put this process, which must have one thread, into a network namespace of its own.

    Its loopback addresses work there, for processes that it starts. Connections that are handed to it are of the
    network where they were made, and go on working.

    Raises:
        OSError: The system, or who has set it up, does not allow that.
    """
    user, group = os.getuid(), os.getgid()
    try:
        call("unshare", _NEW_NETWORK)
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
        # only in a user namespace of its own, in which it keeps its user and group
        call("unshare", _NEW_USER | _NEW_NETWORK)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    _give_up_dangerous_rights(all_of_them=user != 0)


def _give_up_dangerous_rights(*, all_of_them: bool) -> None:
    head, sets = _Head(_CAPABILITIES_FORM, 0), (_Sets * 2)()
    if not all_of_them:
        call("capget", ctypes.byref(head), ctypes.byref(sets))
        for number in _DANGEROUS:
            for name in ("effective", "permitted", "inheritable"):
                part = sets[number // 32]
                setattr(part, name, getattr(part, name) & ~(1 << number % 32))
    call("capset", ctypes.byref(head), ctypes.byref(sets))
