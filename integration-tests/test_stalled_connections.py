"""Connections that stall end in time, and however many there are cost no health."""

from __future__ import annotations

import gzip
import resource
import select
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from raw_connections import ASK, HEAD, api, connect, health, rest
from stack import wait_until

if TYPE_CHECKING:
    from stack import Service

PACKED = gzip.compress(b'{"data": [' + b", ".join(b'{"a": %d, "b": 2}' % i for i in range(5000)) + b"]}")

STALLS = {
    "silence": (b"", b""),
    "half a request line": (b"POST /pre", b"HTTP/1.1 408 "),
    "half a head": (b"POST /predict HTTP/1.1\r\nhost: a\r\n", b"HTTP/1.1 408 "),
    "a second head": (ASK + b"POST /pre", b"HTTP/1.1 200 "),
    "JSON": (HEAD % (b"application/json", 5000) + b'{"data"', b"HTTP/1.1 408 "),
    "JSON without a byte": (HEAD % (b"application/json", 5000), b"HTTP/1.1 408 "),
    "CSV": (HEAD % (b"text/csv", 5000) + b"a,b\n1,", b"HTTP/1.1 408 "),
    "Arrow": (HEAD % (b"application/vnd.apache.arrow.stream", 5000) + b"\xff\xff\xff\xff", b"HTTP/1.1 408 "),
    "a chunked body": (
        b"POST /predict HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{ ",
        b"HTTP/1.1 408 ",
    ),
}


@pytest.mark.parametrize("kind", STALLS)
def test_a_connection_that_stalls_is_ended_in_time(impatient: Service, kind: str) -> None:
    sent, answer = STALLS[kind]
    begun = time.monotonic()
    with connect(impatient, sent) as connection:
        assert rest(connection).startswith(answer)
    assert time.monotonic() - begun < 12, "it is ended before a connection that does nothing wrong is"


def test_a_head_that_drips_is_ended_and_a_body_that_goes_on_is_not(impatient: Service) -> None:
    with connect(impatient, b"POST /predict HTTP/1.1\r\n") as drips, connect(impatient, ASK[:-10]) as goes_on:
        for i in range(10):
            time.sleep(0.4)
            goes_on.sendall(ASK[len(ASK) - 10 + i : len(ASK) - 9 + i])
            try:
                drips.sendall(b"a: b\r\n")
            except OSError:
                break
        else:
            raise AssertionError("it may drip on")
        goes_on.sendall(ASK[len(ASK) - 9 + i :])
        assert goes_on.recv(1000).startswith(b"HTTP/1.1 200 ")


DRIPS = {
    "JSON": (HEAD % (b"application/json", 5000) + b"{", b" "),
    "CSV": (HEAD % (b"text/csv", 5000) + b"a,b\n", b"1"),
    "CSV that came fast at first": (HEAD % (b"text/csv", 50_000_000) + b"a,b\n" + b"1,2\n" * 20_000, b"1"),
    "Arrow": (HEAD % (b"application/vnd.apache.arrow.stream", 5000) + b"\xff\xff\xff\xff", b"\x01"),
    "a compressed body": (
        (HEAD % (b"application/json", 5000)).replace(b"host", b"content-encoding: gzip\r\nhost") + PACKED[:20],
        PACKED[20:21],
    ),
    "a chunked body": (b"POST /predict HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


def test_a_body_that_drips_is_ended_however_long_it_would_go_on(sum_model: Service) -> None:
    limits = ("--body-seconds", "3", "--min-bytes-per-second", "1000")
    with api(sum_model, *limits) as service, ExitStack() as stack:
        under_way = {kind: stack.enter_context(connect(service, head)) for kind, (head, _) in DRIPS.items()}
        answers: dict[str, bytes] = {}
        end = time.monotonic() + 60
        while under_way and time.monotonic() < end:
            for kind, connection in list(under_way.items()):
                if select.select([connection], [], [], 0.05)[0]:
                    answers[kind] = under_way.pop(kind).recv(5000)
                else:
                    with suppress(OSError):  # it may have been ended just now
                        connection.sendall(DRIPS[kind][1])
        assert set(answers) == set(DRIPS)
        for kind, answer in answers.items():
            assert answer.startswith(b"HTTP/1.1 408 "), (kind, answer)
            assert b"less than 1000 bytes a second" in answer, (kind, answer)


def test_a_connection_may_be_kept_alive_between_requests(impatient: Service) -> None:
    with connect(impatient) as connection:
        for _ in range(2):
            connection.sendall(ASK)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
            time.sleep(2.2)  # longer than a head may take
        assert rest(connection) == b""


def test_all_bodies_under_way_together_are_limited(impatient: Service) -> None:
    part = b'{"data": [' + b'{"a": 1, "b": 2},' * 17_000
    most = HEAD % (b"application/json", 2_000_000) + part
    with connect(impatient, most) as first, connect(impatient, most) as second:
        # whichever of the two is read last
        told = select.select([first, second], [], [], 60)[0][0]
        answer = told.recv(1000)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"retry-after" in answer
    wait_until(lambda: b" 200 " in (httpx_post(impatient, part[:-1] + b"]}")))


def httpx_post(service: Service, body: bytes) -> bytes:
    return b" %d " % httpx.post(f"http://127.0.0.1:{service.port}/predict", content=body, timeout=90).status_code


def test_idle_connections_never_take_the_last_descriptor_from_health(sum_model: Service) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
        try:
            service = stack.enter_context(api(sum_model))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        honest = stack.enter_context(connect(service, ASK))
        assert honest.recv(1000).startswith(b"HTTP/1.1 200 ")
        for _ in range(250):
            stack.enter_context(connect(service))
        assert health(service) == 200
        honest.sendall(ASK)  # those that never asked go first
        assert honest.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_where_all_connections_are_at_work_others_are_told_and_health_is_answered(sum_model: Service) -> None:
    with api(sum_model, "--max-connections", "3") as service, ExitStack() as stack:
        for _ in range(3):
            # once the first is answered, what came with it has been read: most of a second one
            at_work = stack.enter_context(connect(service, ASK + ASK[:-5]))
            assert at_work.recv(2000).startswith(b"HTTP/1.1 200 ")
        with connect(service, ASK) as one_too_many:
            answer = one_too_many.recv(2000)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"connection: close" in answer
        assert health(service) == 200
