"""Every behaviour is tested in both languages."""

from __future__ import annotations

import signal

import pytest
from little_models import LANGUAGES


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """Take Ctrl-C as in a terminal: what a shell starts in its background ignores it, and so would all from here."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)
