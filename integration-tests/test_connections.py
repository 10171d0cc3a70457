"""Connections that stall end in time, many cost no health, and none that asked is lost as the service stops."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import resource
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from little_models import write_project
from stack import Service, running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b'{"data": [{"a": 1, "b": 2}]}'
HEAD = b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n"
ASK = HEAD % (b"application/json", len(BODY)) + BODY


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = write_project(tmp_path_factory.mktemp("sum"), "python", "sum", row_independent=True)
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        yield service


@contextmanager
def api(model: Service, *arguments: str) -> Iterator[Service]:
    with running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}", *arguments) as service:
        wait_until(lambda: health(service, "ready") == 200)
        yield service


def health(service: Service, kind: str = "live") -> int:
    return httpx.get(f"http://127.0.0.1:{service.port}/health/{kind}", timeout=5).status_code


def connect(service: Service, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=10)
    connection.sendall(data)
    return connection


def rest(connection: socket.socket) -> bytes:
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    return data


def send_on(connection: socket.socket, data: bytes) -> None:
    while True:
        connection.sendall(data)


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


@pytest.fixture(scope="module")
def impatient(model: Service) -> Iterator[Service]:
    limits = ("--header-seconds", "1", "--body-seconds", "1.5", "--keep-alive-seconds", "4", "--max-bodies-mb", "0.5")
    with api(model, *limits) as service:
        yield service


@pytest.mark.parametrize("kind", STALLS)
def test_a_connection_that_stalls_is_ended_in_time(impatient: Service, kind: str) -> None:
    sent, answer = STALLS[kind]
    begun = time.monotonic()
    with connect(impatient, sent) as connection:
        assert rest(connection).startswith(answer)
    assert time.monotonic() - begun < 4


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


def test_a_connection_may_be_kept_alive_between_requests(impatient: Service) -> None:
    with connect(impatient) as connection:
        for _ in range(2):
            connection.sendall(ASK)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
            time.sleep(2.2)  # longer than a head may take
        assert rest(connection) == b""


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
            with suppress(TimeoutError):
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
        begun = time.monotonic()
        assert rest(connection) == b""
        assert time.monotonic() - begun < 1


def test_a_client_that_takes_no_answer_is_ended(impatient: Service) -> None:
    rows = b'{"data": [' + b",".join([b'{"a": 1, "b": 2}'] * 20_000) + b"]}"
    asked = HEAD % (b"application/json", len(rows)) + rows
    with connect(impatient) as connection:
        connection.settimeout(8)
        with pytest.raises(OSError):  # noqa: PT011  it is closed on, in whichever way
            send_on(connection, asked)


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


def test_all_bodies_under_way_together_are_limited(impatient: Service) -> None:
    part = b'{"data": [' + b'{"a": 1, "b": 2},' * 17_000
    with connect(impatient, HEAD % (b"application/json", 2_000_000) + part):
        time.sleep(0.3)
        with connect(impatient, HEAD % (b"application/json", 2_000_000) + part) as second:
            answer = second.recv(1000)
            assert answer.startswith(b"HTTP/1.1 429 ")
            assert b"retry-after" in answer
    wait_until(lambda: b" 200 " in (httpx_post(impatient, part[:-1] + b"]}")))


def httpx_post(service: Service, body: bytes) -> bytes:
    return b" %d " % httpx.post(f"http://127.0.0.1:{service.port}/predict", content=body, timeout=30).status_code


def test_idle_connections_never_take_the_last_descriptor_from_health(model: Service) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
        try:
            service = stack.enter_context(api(model))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        honest = stack.enter_context(connect(service, ASK))
        assert honest.recv(1000).startswith(b"HTTP/1.1 200 ")
        for _ in range(250):
            stack.enter_context(connect(service))
        assert health(service) == 200
        honest.sendall(ASK)  # those that never asked go first
        assert honest.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_where_all_connections_are_at_work_others_are_told_and_health_is_answered(model: Service) -> None:
    with api(model, "--max-connections", "3") as service, ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(connect(service, ASK[:-5]))
        time.sleep(0.2)
        with connect(service, ASK) as one_too_many:
            answer = one_too_many.recv(2000)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"connection: close" in answer
        assert health(service) == 200


async def ask_until_closed(port: int, think: float) -> list[str]:
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
            kept = b"connection: close" not in head.lower()
            await asyncio.sleep(think)
        writer.close()


@pytest.mark.parametrize("think", [0, 0.003, 0.05])
def test_no_request_is_lost_when_the_service_stops(model: Service, think: float) -> None:
    async def crowd(service: Service) -> list[str]:
        asking = [asyncio.create_task(ask_until_closed(service.port, think)) for _ in range(16)]
        await asyncio.sleep(0.7)
        service.process.terminate()
        return [outcome for outcomes in await asyncio.gather(*asking) for outcome in outcomes]

    with api(model) as service:
        outcomes = asyncio.run(asyncio.wait_for(crowd(service), 30))
        assert set(outcomes) == {"200"}
        assert service.process.wait(timeout=10) == 0


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


@pytest.mark.parametrize("pieces", ["at once", "head and body apart", "byte by byte"])
@pytest.mark.parametrize("kind", OFFERS)
def test_a_client_that_offers_http_2_is_answered(impatient: Service, kind: str, pieces: str) -> None:
    request = OFFERS[kind]
    border = {"at once": [], "head and body apart": [request.index(b"\r\n\r\n") + 4]}.get(
        pieces, range(1, len(request))
    )
    places = [0, *border, len(request)]
    with connect(impatient) as connection:
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
