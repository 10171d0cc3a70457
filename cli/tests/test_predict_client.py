"""A service that goes over to a changed model is asked again, and no longer than a person would wait."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from anops_control.predicting.client import ask, model_schema
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def service(refusals: int, code: Code = Code.NOT_READY) -> Iterator[tuple[str, list[bytes]]]:
    """Serve a model that is not ready for the first requests; yield its URL and the bodies that it got."""
    got: list[bytes] = []
    left = refusals

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, kind: str, text: str) -> None:
            nonlocal left
            status = 200
            if left:
                left -= 1
                status, kind = 503, "application/problem+json"
                text = json.dumps({"code": code, "detail": "Can't predict: the model-service is stopping."})
            content = text.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            schema = {"inputs": {"wt": {"type": "number"}}, "outputs": {"prediction": {"type": "number"}}}
            self._answer("application/json", json.dumps({"schema": schema}))

        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self._answer("text/csv", "prediction\n23.3\n")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", got
        finally:
            server.shutdown()
            thread.join()


def rows() -> Iterator[bytes]:
    yield b"wt\n"
    yield b"2.62\n"


def test_a_model_that_is_not_ready_for_a_moment_is_asked_again_with_the_same_rows() -> None:
    with service(2) as (url, got):
        with ask(url, rows, size=8).content as content:
            assert content.read() == b"prediction\n23.3\n"
        assert got == [b"wt\n2.62\n"] * 3


def test_the_columns_of_a_model_are_asked_for_again() -> None:
    with service(1) as (url, _):
        schema = {"inputs": {"wt": {"type": "number"}}, "outputs": {"prediction": {"type": "number"}}}
        assert model_schema(url) == schema


def test_a_model_that_cannot_be_loaded_is_asked_once() -> None:
    with service(2, Code.MODEL_LOAD) as (url, got):
        with pytest.raises(AnOpsError):
            ask(url, rows, size=8)
        assert len(got) == 1
