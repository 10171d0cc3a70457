"""Features that a request leaves out are looked up by its key, and the answer says which, and of when."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.features.lookup import Lookup
from anops_model_interface.feature_opening import opened
from anops_model_interface.feature_store import SqliteFeatures, View
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService
from running_service import run_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import httpx
    from fake_model_service import Loop
    from running_service import Running

SCHEMA = {
    "inputs": {
        "amount": {"type": "number", "missing": "error"},
        "balance": {"type": "number", "feature": "accounts.balance", "missing": "error"},
        "limit": {"type": "number", "feature": "accounts.limit", "missing": "allow"},
    },
    "outputs": {"prediction": {"type": "number"}},
}
VIEW = View(("account",), ("balance", "limit"), 2 * 86_400)
NOW = datetime.now(UTC).replace(microsecond=0)


def micro(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def kept(folder: Path) -> Path:
    file = folder / "features.db"
    SqliteFeatures(file).put(
        "accounts",
        VIEW,
        [
            ([7], micro(NOW - timedelta(hours=1)), {"balance": 20.5, "limit": 3.0}),
            ([8], micro(NOW - timedelta(days=5)), {"balance": 99.0, "limit": 5.0}),
            ([9], micro(NOW + timedelta(days=5)), {"balance": 99.0, "limit": 5.0}),
        ],
        NOW,
    )
    return file


@pytest.fixture
def running(loop: Loop, tmp_path: Path) -> Iterator[Running]:
    service = FakeModelService(loop, Schema.of(SCHEMA))
    service.start()
    lookup = Lookup(opened(str(kept(tmp_path)), only_read=True))
    with run_service(loop, service.url, features=lookup) as found:
        found.wait_until_ready()
        yield found
    service.stop()


def asked(running: Running, *rows: dict[str, Any], **headers: str) -> httpx.Response:
    return running.http.post("/predict", json={"data": list(rows)}, headers=headers)


def test_a_key_is_enough(running: Running) -> None:
    answer = asked(running, {"account": 7, "amount": 1}, {"account": "7", "amount": 2})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert len(told["predictions"]) == 2
    assert told["warnings"] == []
    at = (NOW - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert told["features"][:2] == [
        {"column": "balance", "feature": "accounts.balance", "row": 1, "state": "fresh", "value": 20.5, "time": at},
        {"column": "limit", "feature": "accounts.limit", "row": 1, "state": "fresh", "value": 3.0, "time": at},
    ]
    whole = asked(running, {"amount": 1, "balance": 20.5, "limit": 3}, {"amount": 2, "balance": 20.5, "limit": 3})
    assert whole.json()["predictions"] == told["predictions"]
    assert "features" not in whole.json()
    columns = running.http.post("/predict", json={"data": {"account": [7.0, 7], "amount": [1, 2]}}).json()
    assert columns["predictions"] == told["predictions"]


def test_what_a_request_says_itself_is_taken(running: Running) -> None:
    told = asked(running, {"account": 8, "amount": 1, "balance": 3}).json()
    (looked_up,) = told["features"]
    assert (looked_up["column"], looked_up["state"], looked_up["value"]) == ("limit", "stale", None)


def test_a_csv_answer_says_it_in_a_header(running: Running) -> None:
    answer = asked(running, {"account": 7, "amount": 1}, accept="text/csv")
    assert json.loads(answer.headers["anops-features"])[0]["value"] == 20.5


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (8, "counts for 2 days"),
        (9, "which is in the future"),
        (10, "has nothing for this key"),
        (None, "must have `account`, by which `balance` is looked up"),
    ],
)
def test_a_value_that_does_not_count_is_never_given_to_the_model(
    running: Running, account: int | None, says: str
) -> None:
    answer = asked(running, {"account": 7, "amount": 1}, {"account": account, "amount": 1})
    assert answer.status_code == 422, answer.text
    told = answer.json()
    assert says in answer.text
    assert told["model"]["name"] == "cars"
    assert told["errors"][0]["row"] == 2
    assert "99" not in json.dumps(told | {"request_id": ""})


def test_openapi_says_what_may_be_left_out(running: Running) -> None:
    document = running.http.get("/openapi.json").json()
    predict = document["paths"]["/predict"]["post"]
    body = predict["requestBody"]["content"]["application/json"]["schema"]["properties"]["data"]["oneOf"][0]["items"]
    assert body["required"] == ["amount"]
    answer = predict["responses"]["200"]["content"]["application/json"]["schema"]
    assert "features" in answer["properties"]
    assert document["paths"]["/outcomes"]["post"]["requestBody"]["required"]


def test_what_is_wrong_with_a_body_is_told_as_ever(running: Running) -> None:
    assert running.http.post("/predict", content=b'{"data": [').json()["code"] == "BODY_SYNTAX"
    assert "amount" in asked(running, {"account": 7, "amount": "many"}).text


class Slow(SqliteFeatures):
    """A store that takes its time."""

    def get(self, name: str, keys: Sequence[Sequence[Any]]) -> list[tuple[int, str] | None]:
        time.sleep(0.5)
        return super().get(name, keys)


def test_a_store_is_waited_for_no_longer_than_the_deadline(loop: Loop, tmp_path: Path) -> None:
    service = FakeModelService(loop, Schema.of(SCHEMA))
    service.start()
    with run_service(loop, service.url, features=Lookup(Slow(kept(tmp_path))), deadline_seconds=0.2) as found:
        found.wait_until_ready()
        assert asked(found, {"account": 7, "amount": 1}).status_code == 504
    service.stop()


def test_a_store_that_is_away_is_told(loop: Loop, tmp_path: Path) -> None:
    service = FakeModelService(loop, Schema.of(SCHEMA))
    service.start()
    lookup = Lookup(opened(str(tmp_path / "nowhere.db"), only_read=True))
    with run_service(loop, service.url, features=lookup) as found:
        found.wait_until_ready()
        answer = asked(found, {"account": 7, "amount": 1})
        assert (answer.status_code, answer.json()["code"]) == (502, "STORE_UNUSABLE")
        assert asked(found, {"amount": 1, "balance": 2, "limit": 3}).status_code == 200
    service.stop()
