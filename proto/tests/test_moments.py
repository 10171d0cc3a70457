"""Dates and datetimes reach the model in one form, whatever ISO 8601 form was sent."""

from __future__ import annotations

import pytest
from anops_model_interface.moments import canonical_moment


@pytest.mark.parametrize(
    ("text", "kind", "timezone", "expected"),
    [
        ("2026-11-21", "date", None, "2026-11-21"),
        ("2026-11-21T00:00:00", "date", None, "2026-11-21"),
        ("2026-11-21T10:00:00", "date", None, None),
        ("21.11.2026", "date", None, None),
        ("2026-02-30", "date", None, None),
        ("2026-11-21T10:00:00+01:00", "datetime", None, "2026-11-21T09:00:00Z"),
        ("2026-11-21 10:00:00", "datetime", "Europe/Berlin", "2026-11-21T09:00:00Z"),
        ("2026-11-21T10:00:00.25Z", "datetime", "Europe/Berlin", "2026-11-21T10:00:00.250000Z"),
        ("2026-11-21", "datetime", None, "2026-11-21T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "datetime", None, None),
    ],
)
def test_moments_are_brought_into_one_form(text: str, kind: str, timezone: str | None, expected: str | None) -> None:
    assert canonical_moment(text, kind, timezone) == expected
