"""The async client asks as the other does, and for many things at once."""

from __future__ import annotations

import asyncio
from typing import Any

import anops
import httpx
import numpy as np
import pandas as pd
import pytest
from anops.retrying import RetryPolicy

CARD = {
    "name": "cars",
    "version": "1",
    "row_independent": True,
    "schema": {"inputs": {"x": {"type": "number"}}, "outputs": {"prediction": {"type": "number"}}},
}
ROWS = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 9])


class Server:
    """Doubles what it is sent, all requests of a round at the same time; before that, it answers what it is told to."""

    def __init__(self, *replies: httpx.Response | Exception, at_once: int = 1) -> None:
        self.replies = list(replies)
        self.waited: list[float] = []
        self.most = self.now = self.asked = 0
        self._at_once = asyncio.Barrier(at_once)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/model"):
            return httpx.Response(200, json=CARD)
        self.asked += 1
        if self.replies:
            reply = self.replies.pop(0)
            if isinstance(reply, Exception):
                raise reply
            return reply
        self.now += 1
        self.most = max(self.most, self.now)
        await self._at_once.wait()  # a client that asks for one after the other never gets past this
        self.now -= 1
        data = httpx.Response(200, content=request.content).json()["data"]["x"]
        rows = [{"prediction": 2 * value} for value in data]
        return httpx.Response(
            200, json={"predictions": rows, "warnings": [], "model": {"name": "cars", "version": "1"}}
        )

    def client(self, **settings: Any) -> anops.AsyncClient:
        async def pause(seconds: float) -> None:
            self.waited.append(seconds)

        return anops.AsyncClient(
            "http://models.example.org/",
            transport=httpx.MockTransport(self),
            retry_policy=RetryPolicy(pause=pause),
            **settings,
        )


def busy(seconds: str, code: str = "QUEUE_FULL", status: int = 429) -> httpx.Response:
    body = {"detail": "Can't predict: 3 requests are waiting.", "code": code}
    return httpx.Response(status, json=body, headers={"retry-after": seconds})


def test_rows_are_predicted_under_their_index() -> None:
    async def ask() -> pd.DataFrame:
        async with Server().client() as client:
            assert (await client.model())["name"] == "cars"
            return await client.predict(ROWS)

    answer = asyncio.run(ask())
    assert answer["prediction"].to_dict() == {7: 2.0, 9: 4.0}
    assert answer.attrs["model"]["version"] == "1"


def test_several_calls_are_under_way_at_once() -> None:
    async def ask() -> list[pd.DataFrame]:
        async with Server(at_once=3).client() as client:
            await client.model()
            return await asyncio.wait_for(asyncio.gather(*(client.predict({"x": [i]}) for i in range(3))), 60)

    assert [answer["prediction"].item() for answer in asyncio.run(ask())] == [0, 2, 4]


def test_parts_of_many_rows_are_under_way_at_once_and_come_back_in_order() -> None:
    async def ask() -> tuple[pd.DataFrame, int]:
        server = Server(at_once=4)
        async with server.client(rows_per_request=5, requests_at_once=4) as client:
            return await asyncio.wait_for(client.predict({"x": range(40)}), 60), server.most

    answer, most = asyncio.run(ask())
    np.testing.assert_array_equal(answer["prediction"], 2.0 * np.arange(40))
    assert most == 4


def test_a_busy_service_is_asked_again_after_as_long_as_it_says() -> None:
    async def ask() -> list[float]:
        server = Server(busy("3"), httpx.ReadError("gone"), busy("2", "NOT_READY", 503))
        async with server.client() as client:
            assert len(await client.predict(ROWS)) == 2
        return server.waited

    first, between, last = asyncio.run(ask())
    assert (first, last) == (3.0, 2.0)
    assert 0.5 <= between <= 1.5


def test_a_fault_in_one_part_is_told_with_its_row_among_all() -> None:
    fault = {"message": "column `x` must not be missing; row 2 is", "column": "x", "row": 2}
    refused = httpx.Response(422, json={"detail": "no", "code": "COLUMN_MISSING_VALUE", "errors": [fault]})

    async def ask() -> None:
        async with Server(refused).client(rows_per_request=5, requests_at_once=1) as client:
            await client.predict({"x": range(10)})

    with pytest.raises(anops.DataError) as caught:
        asyncio.run(ask())
    assert caught.value.rows == (1,)


def test_a_service_that_is_not_there_is_told() -> None:
    async def ask() -> None:
        async with Server(*[httpx.ConnectError("refused")] * 9).client() as client:
            await client.predict(ROWS)

    with pytest.raises(anops.UnavailableError, match="Can't reach"):
        asyncio.run(ask())
