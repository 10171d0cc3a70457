"""Every behaviour is tested in both languages."""

from __future__ import annotations

import pytest
from little_models import LANGUAGES


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)
