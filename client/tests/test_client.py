"""A client asks again where that may help, and says what went wrong where it does not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import anops
import httpx
import numpy as np
import pandas as pd
import pytest
from anops.retrying import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

CARD = {
    "name": "cars",
    "version": "1",
    "row_independent": True,
    "schema": {"inputs": {"x": {"type": "number"}}, "outputs": {"prediction": {"type": "number"}}},
}
ROWS = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 9])


def answer(request: httpx.Request) -> httpx.Response:
    count = len(httpx.Response(200, content=request.content).json()["data"]["x"])
    body = {"predictions": [{"prediction": 1.5}] * count, "warnings": [], "model": {"name": "cars", "version": "1"}}
    return httpx.Response(200, json=body)


class Server:
    """Answers what it is told to, then predicts."""

    def __init__(self, *replies: httpx.Response | Exception) -> None:
        self.replies = list(replies)
        self.slept: list[float] = []
        self.asked = 0
        self.paths: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.raw_path.decode())
        if request.url.path.endswith("/model"):
            return httpx.Response(200, json=CARD)
        self.asked += 1
        if not self.replies:
            return answer(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def client(self, **settings: Any) -> anops.Client:
        retry_policy = RetryPolicy(sleep=self.slept.append)
        return anops.Client(
            "http://models.example.org/", transport=httpx.MockTransport(self), retry_policy=retry_policy, **settings
        )


def busy(seconds: str | None = None, status: int = 429, code: str = "QUEUE_FULL") -> httpx.Response:
    headers = {} if seconds is None else {"retry-after": seconds}
    body = {"detail": "Can't predict: 3 requests are waiting.", "code": code, "remedy": "Send it again later."}
    return httpx.Response(status, json=body, headers=headers)


def test_a_busy_service_is_asked_again_after_as_long_as_it_says() -> None:
    server = Server(busy("3"), busy("2", 503, "NOT_READY"))
    predictions = server.client().predict(ROWS)
    assert predictions["prediction"].to_dict() == {7: 1.5, 9: 1.5}
    assert server.slept == [3.0, 2.0]


def test_a_service_that_can_not_be_reached_yet_is_asked_again() -> None:
    server = Server(httpx.ConnectError("refused"))
    assert len(server.client().predict(ROWS)) == 2
    assert len(server.slept) == 1


@pytest.mark.parametrize("kind", [httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError])
def test_a_prediction_is_asked_for_again_where_the_service_went_away_meanwhile(
    kind: type[httpx.TransportError],
) -> None:
    server = Server(kind("gone"))
    assert len(server.client().predict(ROWS)) == 2
    assert len(server.slept) == 1


def test_observations_are_not_told_twice_where_the_service_went_away_meanwhile() -> None:
    server = Server(httpx.ReadError("gone"))
    with pytest.raises(anops.UnavailableError, match=r"Can't reach http://models.example.org: gone"):
        server.client().observe({"time": ["2026-01-01"], "value": [1.0]})
    assert server.asked == 1


def test_it_gives_up_after_five_times() -> None:
    server = Server(*[busy("1")] * 9)
    with pytest.raises(anops.UnavailableError, match="3 requests are waiting") as caught:
        server.client().predict(ROWS)
    assert (server.asked, caught.value.code, caught.value.status) == (5, "QUEUE_FULL", 429)
    assert str(caught.value).splitlines()[-2:] == ["→ Send it again later.", "[QUEUE_FULL]"]


def test_it_waits_no_longer_than_half_a_minute() -> None:
    server = Server(busy("3600"))
    with pytest.raises(anops.UnavailableError):
        server.client().predict(ROWS)
    assert server.slept == []


@pytest.mark.parametrize("code", ["MODEL_LOAD", "WORKER_DIED"])
def test_what_would_fail_again_is_not_sent_again(code: str) -> None:
    server = Server(busy("1", 503, code))
    with pytest.raises(anops.UnavailableError):
        server.client().predict(ROWS)
    assert server.asked == 1


def test_what_is_no_problem_of_the_service_is_told_with_its_status() -> None:
    server = Server(httpx.Response(500, text="<html>proxy</html>"))
    with pytest.raises(anops.ModelError, match="answered with status 500"):
        server.client().predict(ROWS)


def test_many_rows_go_in_several_requests_and_errors_count_in_all_rows() -> None:
    fault = {"message": "column `row 2` must not be missing; row 2 is", "column": "row 2", "row": 2}
    server = Server()
    client = server.client(rows_per_request=2)
    assert len(client.predict(pd.DataFrame({"x": range(5)}))) == 5
    assert server.asked == 3
    detail = f"Can't predict: {fault['message']}."
    refused = httpx.Response(422, json={"detail": detail, "code": "VALUE_MISSING", "errors": [fault]})
    later = Server()
    client = later.client(rows_per_request=2)
    client.predict(ROWS)
    later.replies = [answer_of(2), refused]
    with pytest.raises(anops.DataError) as caught:
        client.predict(pd.DataFrame({"x": range(5)}))
    assert str(caught.value).splitlines()[0] == f"{detail} (Row 1 here is row 3 of your data.)"
    assert str(caught.value).count("must not be missing") == 1
    assert caught.value.rows == (3,)


def test_what_is_warned_of_in_several_requests_is_told_once_with_the_rows_of_all() -> None:
    def outside(count: int, *rows: int) -> dict[str, Any]:
        message = f"Column `x`: row {rows[0]} is 9, the model was fitted on 1 to 5. This is extrapolation."
        return {"message": message, "column": "x", "rows": rows, "kind": "extrapolation", "count": count}

    ignored = {"message": "Column `z` was ignored.", "column": "z", "rows": [], "kind": "ignored", "count": 0}
    own = {"message": "NaNs produced", "column": None, "rows": [], "kind": None, "count": 0}
    server = Server()
    client = server.client(rows_per_request=30)
    client.predict(ROWS)
    server.replies = [answer_of(30, ignored), answer_of(30, outside(25, *range(1, 21)), ignored, own)]
    server.replies.append(answer_of(2, outside(1, 2), ignored, own))
    with pytest.warns(anops.PredictionWarning) as told:
        answer = client.predict(pd.DataFrame({"x": range(62)}))
    first = f"{outside(25, 1)['message']} (Row 1 here is row 31 of your data.)"
    expected = [
        "Column `z` was ignored.",
        f"{first} In all of your data it is so in 26 rows: 31, 32, 33, 34, 35, …",
        "NaNs produced",
    ]
    assert [str(each.message) for each in told] == expected
    warned = answer.attrs["warnings"]
    assert [each["message"] for each in warned] == expected
    assert (warned[1]["count"], warned[1]["rows"]) == (26, list(range(31, 51)))
    server.replies = [answer_of(30, outside(1, 4)), answer_of(1)]
    with pytest.warns(anops.PredictionWarning) as told:
        client.predict(pd.DataFrame({"x": range(31)}))
    assert [str(each.message) for each in told] == [outside(1, 4)["message"]]


def answer_of(rows: int, *warnings: dict[str, Any]) -> httpx.Response:
    body = {
        "predictions": [{"prediction": 1.5}] * rows,
        "warnings": warnings,
        "model": {"name": "cars", "version": "1"},
    }
    return httpx.Response(200, json=body)


def test_a_column_that_comes_twice_is_refused() -> None:
    with pytest.raises(anops.DataError, match="column `x` twice"):
        Server().client().predict(pd.DataFrame([[1, 2]], columns=["x", "x"]))


@pytest.mark.parametrize(
    "values",
    [
        [Decimal("1.5"), None],
        pd.array([1, None], dtype="Int64"),
        pd.Series([1.5, None], dtype=object),
        [np.float32(1), 2],
    ],
)
def test_numbers_of_every_kind_are_sent_as_numbers(values: Any) -> None:
    sent: list[list[object]] = []

    def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/model":
            return httpx.Response(200, json=CARD)
        sent.append(httpx.Response(200, content=request.content).json()["data"]["x"])
        return answer(request)

    client = anops.Client("http://models.example.org", transport=httpx.MockTransport(reply))
    client.predict(pd.DataFrame({"x": values}))
    assert sent == [[None if pd.isna(value) else float(value) for value in values]]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.period_range("2026-01", periods=2, freq="D"), "Period"),
        (pd.to_timedelta([1, 2], unit="s"), "Timedelta"),
        ([1j, 2j], "complex"),
        ([object(), 1], "object"),
    ],
)
def test_what_can_not_be_sent_is_named_with_its_column(values: Any, kind: str) -> None:
    with pytest.raises(anops.DataError, match=f"column `x` holds values of type {kind}, which can't be sent"):
        Server().client().predict(pd.DataFrame({"x": values}))


@pytest.mark.parametrize("make", [lambda: {"x": [1, 2]}, lambda: [{"x": 1}, {"x": 2}]])
def test_columns_and_records_are_rows_too(make: Callable[[], object]) -> None:
    assert Server().client().predict(make())["prediction"].tolist() == [1.5, 1.5]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ({}, ""),
        ({"model": "cars"}, "/models/cars"),
        ({"model": "cars", "version": "1.0"}, "/models/cars/versions/1.0"),
        ({"model": "Größe 1/2"}, "/models/Gr%C3%B6%C3%9Fe%201%2F2"),
    ],
)
def test_a_model_is_asked_by_its_name_and_version(named: dict[str, str], path: str) -> None:
    server = Server()
    server.client(**named).predict(ROWS)
    assert server.paths == [f"{path}/model", f"{path}/predict"]


def test_a_version_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="give `model` too"):
        anops.Client("http://127.0.0.1:1", version="1")


def test_a_key_goes_with_every_request_and_its_refusal_has_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str | None] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("authorization"))
        return httpx.Response(401, json={"code": "UNAUTHENTICATED", "detail": "The key is not valid."})

    transport = httpx.MockTransport(refuse)
    monkeypatch.setenv("ANOPS_KEY", "from-outside")
    for key in ("mine", None):
        client = anops.Client("http://127.0.0.1:1", key=key, transport=transport)
        with client, pytest.raises(anops.AccessError, match="The key is not valid"):
            client.predict(ROWS)

    monkeypatch.delenv("ANOPS_KEY")
    with anops.Client("http://127.0.0.1:1", transport=transport) as client, pytest.raises(anops.AccessError):
        client.predict(ROWS)
    assert sent == ["Bearer mine", "Bearer from-outside", None]
