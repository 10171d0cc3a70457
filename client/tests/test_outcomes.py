"""`outcomes_send()` sends what came true as a service takes it, and `features_get()` asks `ao`."""

from __future__ import annotations

import json
from typing import Any

import anops
import httpx
import pandas as pd
import pytest


def sent(heard: list[dict[str, Any]], **status: int) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/outcomes"
        told = json.loads(request.content)["outcomes"]
        heard.extend(told)
        return httpx.Response(200, json={"new": len(told), "changed": 0, "same": 0, "unknown": 1, **status})

    return httpx.MockTransport(answer)


def test_outcomes_go_by_request_or_by_key() -> None:
    heard: list[dict[str, Any]] = []
    frame = pd.DataFrame({"request_id": ["a", "a", "b"], "row": [1, 2, 1], "outcome": [21.4, None, 3.0]})
    told = anops.outcomes_send("http://service", frame, transport=sent(heard))
    assert told == {"new": 2, "changed": 0, "same": 0, "unknown": 1}
    assert heard == [
        {"outcome": 21.4, "request_id": "a", "row": 1},
        {"outcome": 3.0, "request_id": "b", "row": 1},
    ]
    heard.clear()
    came = pd.DataFrame({"customer": [17], "at": pd.to_datetime(["2026-11-30T10:00:00Z"]), "demand": [4]})
    anops.outcomes_send("http://service", came, outcome="demand", time="at", transport=sent(heard))
    assert (heard[0]["key"], heard[0]["outcome"], heard[0]["time"][:19]) == (
        {"customer": 17},
        4,
        "2026-11-30T10:00:00",
    )


def test_many_outcomes_go_in_several_requests() -> None:
    heard: list[dict[str, Any]] = []
    frame = pd.DataFrame({"request_id": [str(place) for place in range(10_001)], "outcome": 1.0})
    told = anops.outcomes_send("http://service", frame, transport=sent(heard))
    assert (told["new"], told["unknown"], len(heard)) == (10_001, 2, 10_001)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"request_id": ["a"]}, "no column `outcome`"),
        ({"customer": [1], "outcome": [1]}, "no column `time`"),
        ({"time": ["2026-01-01"], "outcome": [1]}, "do not say which predictions"),
    ],
)
def test_what_lacks_is_named(columns: dict[str, list[Any]], says: str) -> None:
    with pytest.raises(anops.DataError, match=says):
        anops.outcomes_send("http://service", columns, transport=sent([]))


def test_features_are_of_rows_or_of_a_key() -> None:
    with pytest.raises(anops.DatasetError, match="either `rows` or a `key`"):
        anops.features_get("accounts.balance")  # type: ignore[call-overload]
