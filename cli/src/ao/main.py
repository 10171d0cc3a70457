"""Starts `ao`: Ctrl-C ends it quietly even while Python still imports it."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130
"""The exit code of the table in `anops_model_interface.codes`, which is not imported yet."""


def main() -> None:
    """Run `ao`; the console script."""
    python_raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if python_raises:  # otherwise whoever started `ao` has it ignored
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from ao.app import app  # noqa: PLC0415  takes most of the time until a command begins

    if python_raises:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except KeyboardInterrupt:  # before a command has begun
        raise SystemExit(_INTERRUPTED) from None
