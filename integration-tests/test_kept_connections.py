"""No request is lost on connections that are kept as the service stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from raw_connections import ASK, api

if TYPE_CHECKING:
    from stack import Service

FEW = 3
"""After so many answers each client is in the midst of its requests."""


async def ask_until_closed(port: int, think: float, answered: asyncio.Event) -> list[str]:
    outcomes: list[str] = []
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return outcomes
        kept = True
        while kept:
            writer.write(ASK)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
            except (OSError, asyncio.IncompleteReadError) as error:
                outcomes.append(type(error).__name__)
                break
            outcomes.append(head.split()[1].decode())
            if len(outcomes) == FEW:
                answered.set()
            kept = b"connection: close" not in head.lower()
            await asyncio.sleep(think)
        writer.close()


@pytest.mark.parametrize("think", [0, 0.003, 0.05])
def test_no_request_is_lost_when_the_service_stops(sum_model: Service, think: float) -> None:
    async def crowd(service: Service) -> list[str]:
        answered = [asyncio.Event() for _ in range(16)]
        asking = [asyncio.create_task(ask_until_closed(service.port, think, each)) for each in answered]
        await asyncio.gather(*(each.wait() for each in answered))
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        service.process.terminate()
        outcomes = [outcome for outcomes in await asyncio.gather(*asking) for outcome in outcomes]
        # between connecting and asking, whoever is busy, or stands behind a proxy, may take a moment
        await asyncio.sleep(10 * think)
        writer.write(ASK)
        answer = await reader.read()
        writer.close()
        return [*outcomes, answer.partition(b" ")[2][:3].decode()]

    with api(sum_model) as service:
        outcomes = asyncio.run(asyncio.wait_for(crowd(service), 60))
        assert set(outcomes) == {"200"}
        assert service.process.wait(timeout=90) == 0
