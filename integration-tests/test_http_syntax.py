"""What is no HTTP, or another HTTP than ours, is told so, and costs no request its answer."""

from __future__ import annotations

import itertools
import json
import socket
import time
from typing import TYPE_CHECKING

import pytest
from raw_connections import ASK, BODY, api, connect, health, rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack import Service


def test_what_is_no_http_and_a_head_without_end_are_problems(impatient: Service) -> None:
    for sent, status, code in (
        (b"\x16\x03\x01 TLS?\r\n\r\n", b"400", "REQUEST_SYNTAX"),
        (b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n", b"400", "REQUEST_SYNTAX"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000, b"431", "HEAD_TOO_LARGE"),
    ):
        with connect(impatient) as connection:
            try:
                connection.sendall(sent)
                answer = rest(connection)
            except ConnectionResetError:
                continue  # it sent on after it was refused
            assert answer.startswith(b"HTTP/1.1 " + status)
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == code


LIVE = b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n"


@pytest.mark.parametrize(("before", "lines"), [(b"", 11_000), (LIVE, 12_300)], ids=["first", "second"])
def test_a_head_that_is_too_long_in_one_piece_is_a_problem_too(patient: Service, before: bytes, lines: int) -> None:
    with connect(patient, before) as connection:
        if before:
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * lines)  # too long with its end alone: all is read
        assert rest(connection).startswith(b"HTTP/1.1 431")


CSV = b"a,b\n1,2\n"
OFFER = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAA\r\n"


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%c\r\n" % (1, byte) for byte in body) + b"0\r\n\r\n"


def offering(kind: bytes, framing: bytes, body: bytes) -> bytes:
    return b"POST /predict HTTP/1.1\r\nhost: a\r\n%scontent-type: %s\r\n%s\r\n" % (OFFER, kind, framing) + body


OFFERS = {
    "with its length": offering(b"application/json", b"content-length: %d\r\n" % len(BODY), BODY),
    "in chunks": offering(b"application/json", b"transfer-encoding: chunked\r\n", chunked(BODY)),
    "as CSV": offering(b"text/csv", b"content-length: %d\r\n" % len(CSV), CSV),
    "as CSV in chunks": offering(b"text/csv", b"transfer-encoding: chunked\r\n", chunked(CSV)),
}


@pytest.fixture(scope="module")
def patient(sum_model: Service) -> Iterator[Service]:
    """An api-service that waits for a head for as long as a busy machine may take to send it byte by byte."""
    with api(sum_model) as service:
        yield service


@pytest.mark.parametrize("pieces", ["at once", "head and body apart", "byte by byte"])
@pytest.mark.parametrize("kind", OFFERS)
def test_a_client_that_offers_http_2_is_answered(patient: Service, kind: str, pieces: str) -> None:
    request = OFFERS[kind]
    border = {"at once": [], "head and body apart": [request.index(b"\r\n\r\n") + 4]}.get(
        pieces, range(1, len(request))
    )
    places = [0, *border, len(request)]
    with connect(patient) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin, end in itertools.pairwise(places):
            connection.sendall(request[begin:end])
            if border:
                time.sleep(0.001)
        # the connection goes on after it, with an offer and without
        connection.sendall(request + ASK + b"GET /health/live HTTP/1.1\r\nhost: a\r\n" + OFFER + b"\r\n")
        connection.sendall(ASK.replace(b"host: a", b"host: a\r\nconnection: close"))
        answers = rest(connection)
    assert answers.count(b"HTTP/1.1 200 ") == answers.count(b"HTTP/1.1") == 5
    assert answers.count(b'"prediction":3') == 4


BROKEN = {
    "garbage behind a request": (ASK + b"\0garbage\r\n\r\n", [b"200"]),
    "a body longer than announced": (ASK + b'{"data": []}', [b"200"]),
    "a body longer than announced, behind others": (ASK + ASK + b"}\r\n", [b"200", b"200"]),
    "a second head without end": (ASK + b"GET /" + b"a" * 70_000, [b"200"]),
    "a chunk without a size": (OFFERS["in chunks"].replace(OFFER, b"").replace(b"1\r\n", b"zz\r\n", 1), [b"400"]),
    "a chunk without a size, of CSV": (
        OFFERS["as CSV in chunks"].replace(OFFER, b"").replace(b"\r\n1\r\n", b"\r\nzz\r\n", 1),
        [b"400"],
    ),
    "a chunk without a size, offering": (OFFERS["in chunks"].replace(b"\r\n1\r\n", b"\r\nzz\r\n", 1), [b"400"]),
    "no host": (ASK.replace(b"host: a\r\n", b""), [b"400"]),
    "no host, behind a request": (ASK + b"GET /health/live HTTP/1.1\r\n\r\n", [b"200"]),
    "no host, offering": (OFFERS["in chunks"].replace(b"host: a\r\n", b""), [b"400"]),
    "two hosts": (ASK.replace(b"host: a\r\n", b"host: a\r\nHost: a\r\n"), [b"400"]),
    "no host, before HTTP/1.1": (b"GET /health/live HTTP/1.0\r\n\r\n", [b"200"]),
    "a chunk without a size, behind a request": (
        ASK + OFFERS["in chunks"].replace(OFFER, b"").replace(b"\r\n1\r\n", b"\r\nzz\r\n", 1),
        [b"200", b"408"],
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_http_costs_no_request_its_answer(impatient: Service, kind: str) -> None:
    sent, statuses = BROKEN[kind]
    with connect(impatient, sent) as connection:
        answers = rest(connection)
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == statuses
    assert health(impatient) == 200
