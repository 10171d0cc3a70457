"""Readers of bodies for `test_apart.py`, in a module that another process can load."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from anops_api_service.bodies.json_body import JsonBody

if TYPE_CHECKING:
    from anops_api_service.sent import Decoded
    from anops_model_interface.schema import Schema


def says_where(body: bytes, schema: Schema) -> tuple[int, Decoded]:
    """Say in which process it reads."""
    return os.getpid(), JsonBody(schema).read(body)


def is_killed(_: bytes) -> tuple[None, Decoded]:
    """End its process, as a machine without memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def fails(_: bytes) -> tuple[None, Decoded]:
    """Fail as only our own fault does."""
    raise ZeroDivisionError
