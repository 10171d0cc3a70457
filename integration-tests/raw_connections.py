"""Connections whose bytes a test writes itself, to an api-service in front of a model that adds two numbers."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
from stack import Service, running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b'{"data": [{"a": 1, "b": 2}]}'
HEAD = b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n"
ASK = HEAD % (b"application/json", len(BODY)) + BODY


@contextmanager
def api(model: Service, *arguments: str) -> Iterator[Service]:
    with running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}", *arguments) as service:
        wait_until(lambda: health(service, "ready") == 200)
        yield service


def health(service: Service, kind: str = "live") -> int:
    return httpx.get(f"http://127.0.0.1:{service.port}/health/{kind}", timeout=60).status_code


def connect(service: Service, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=60)
    connection.sendall(data)
    return connection


def rest(connection: socket.socket) -> bytes:
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    return data
