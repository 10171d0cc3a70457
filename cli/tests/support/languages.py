"""In which language a test runs for each change, where it is slow and the code under test is the same for both."""

from __future__ import annotations

from typing import Any

import pytest


def first(language: str, argument: str = "language") -> Any:
    """Run a test in a language; in the other too among those that are long."""
    other = {"r": "python", "python": "r"}[language]
    return pytest.mark.parametrize(argument, [language, pytest.param(other, marks=pytest.mark.long)])
