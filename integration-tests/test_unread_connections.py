"""Clients that send much at once, read late or not at all, or send no more: none costs memory or loses its answers."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import psutil
import pytest
from raw_connections import ASK, HEAD, connect, health, rest

if TYPE_CHECKING:
    from stack import Service


def send_on(connection: socket.socket, data: bytes) -> None:
    while True:
        connection.sendall(data)


def test_requests_that_come_in_one_piece_are_all_answered(impatient: Service) -> None:
    with connect(impatient, ASK * 5) as connection:
        data = b""
        while data.count(b'"prediction":3.0') < 5:
            data += connection.recv(1 << 16)
        assert data.count(b"HTTP/1.1 200 ") == 5


def test_a_client_that_takes_no_answers_is_not_read_on(impatient: Service) -> None:
    ask = b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n"
    process = psutil.Process(impatient.process.pid)
    before = process.memory_info().rss
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(impatient)) for _ in range(5)]
        for client in clients:
            client.settimeout(0.2)
        for client in clients * 3:
            with suppress(OSError):  # nothing is read on, or it was ended meanwhile
                for _ in range(50):
                    client.sendall(ask * 5000)
        assert process.memory_info().rss - before < 25e6
    assert health(impatient) == 200


def test_what_comes_in_one_piece_is_answered_in_order_however_much_it_is(impatient: Service) -> None:
    ids = [f"{i:06d}" for i in range(2000)]
    with connect(impatient) as connection:
        sending = threading.Thread(
            target=lambda: connection.sendall(
                b"".join(f"GET /health/live HTTP/1.1\r\nhost: a\r\nx-request-id: {one}\r\n\r\n".encode() for one in ids)
                + ASK.replace(b"host: a", b"host: a\r\nconnection: close")
            )
        )
        sending.start()
        data = rest(connection)
        sending.join()
    assert data.count(b"HTTP/1.1 200") == len(ids) + 1
    assert re.findall(rb"(?im)^x-request-id: (\d{6})\r$", data) == [one.encode() for one in ids]
    assert data.endswith(b"}")
    assert b'"predictions":[{"prediction":3' in data


@pytest.mark.parametrize("ask", [ASK, ASK.replace(b"HTTP/1.1", b"HTTP/1.0"), ASK * 3, ASK * 500])
def test_a_client_that_sends_no_more_gets_its_answers(impatient: Service, ask: bytes) -> None:
    with connect(impatient, ask) as connection:
        connection.shutdown(socket.SHUT_WR)
        data = rest(connection)
    count = 1 if b"HTTP/1.0" in ask else ask.count(b"POST")
    assert data.count(b" 200 OK\r\n") == count
    assert data.count(b'"predictions":[{"prediction":3') == count


@pytest.mark.parametrize("part", [ASK[:20], ASK[:-5]])
def test_a_client_that_sends_no_more_before_its_request_is_whole_is_let_go(impatient: Service, part: bytes) -> None:
    with connect(impatient, part) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection) == b"", "one whose time is over is answered 408"


def test_a_client_that_takes_no_answer_is_ended(impatient: Service) -> None:
    rows = b'{"data": [' + b",".join([b'{"a": 1, "b": 2}'] * 20_000) + b"]}"
    asked = HEAD % (b"application/json", len(rows)) + rows
    with connect(impatient) as connection:
        connection.settimeout(8)
        with pytest.raises(OSError):  # noqa: PT011  it is closed on, in whichever way
            send_on(connection, asked)
