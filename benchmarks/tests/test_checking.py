from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from anops_benchmarks.checking import Questions, WrongAnswerError, check_under_load
from anops_benchmarks.dialects import HAND_WRITTEN, agree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = [{"x": [float(number)]} for number in range(20)]
QUESTIONS = Questions(
    HAND_WRITTEN, "/predict", [HAND_WRITTEN.write(rows, "records") for rows in ROWS], [[2 * r["x"][0]] for r in ROWS]
)


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[float], float]], str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(model: Callable[[float], float]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["data"]
                answer = json.dumps({"predictions": [model(row["x"]) for row in rows]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


async def test_every_body_is_asked_and_every_right_answer_counts(
    serve: Callable[[Callable[[float], float]], str],
) -> None:
    seen: list[float] = []

    def model(x: float) -> float:
        seen.append(x)
        return 2 * x

    count = await check_under_load(serve(model), QUESTIONS, connections=4, seconds=0)

    assert count == 20
    assert sorted(seen) == [rows["x"][0] for rows in ROWS]


async def test_an_answer_that_belongs_to_another_body_is_found(
    serve: Callable[[Callable[[float], float]], str],
) -> None:
    with pytest.raises(WrongAnswerError, match="body 7"):
        await check_under_load(serve(lambda x: 2 * (x if x != 7 else 8)), QUESTIONS, connections=4, seconds=0)


@pytest.mark.parametrize(
    ("received", "expected", "agrees"),
    [
        ([1.0, 2.0000001], [1, 2], True),
        ([1.0, 2.01], [1, 2], False),
        ([1.0], [1, 2], False),
        (["setosa"], ["setosa"], True),
        (["setosa"], ["virginica"], False),
        ([None], [1.5], False),
        ("text", [1.5], False),
    ],
)
def test_predictions_agree_up_to_the_digits_of_their_text(
    received: object, expected: list[object], agrees: bool
) -> None:
    assert agree(received, expected) is agrees
