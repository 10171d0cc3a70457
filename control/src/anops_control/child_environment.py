"""What a program that is started finds in its environment; nothing else here reads that of this process."""

from __future__ import annotations

import os


def child_environment() -> dict[str, str]:
    """Return what a person's own programs, which are started for them, inherit."""
    return dict(os.environ)
