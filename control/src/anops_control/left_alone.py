"""Processes that go on by themselves: nobody needs their end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def leave_alone(process: subprocess.Popen[bytes]) -> None:
    """Leave a process to itself.

    Where it ends before this process does, what is left of it goes from the system's table; where it does not, Python
    is not told of a process that was forgotten, which it would warn of.
    """
    threading.Thread(target=process.wait, daemon=True, name=f"leaves {process.pid} alone").start()
