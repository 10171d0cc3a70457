"""Gives R room for deep recursion, and lets it say when that is used up: rpy2 takes R's own check away."""

from __future__ import annotations

import resource
import threading
from typing import Any

_BYTES = 64 << 20
"""Eight times what R has by default; a formula of 400 nested calls needs more than 8 MB to be looked at."""
_SHARE = 0.9
"""How much of it R may use before it says that it is full."""


def guard_stack(rinterface: Any) -> None:  # noqa: ANN401  a module without types
    """Make endless recursion an error of R's: without it, the process is killed by a segmentation fault.

    The stack of the main thread grows up to the limit of the moment, so that it can be raised while a program runs.

    Args:
        rinterface: rpy2's, with R started in this thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # R knows where the stack of the main thread begins
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    size = _BYTES if hard == resource.RLIM_INFINITY else min(_BYTES, hard)
    if soft != resource.RLIM_INFINITY and soft < size:
        resource.setrlimit(resource.RLIMIT_STACK, (size, hard))
    lib = rinterface.openrlib
    lib.rlib.R_CStackLimit = lib.ffi.cast("uintptr_t", int(size * _SHARE))
