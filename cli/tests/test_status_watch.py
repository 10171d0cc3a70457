"""`ao status --watch` goes on where the service is restarted meanwhile."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if self.path == "/health/ready" else 200)
        self.end_headers()
        told = {"detail": "There is no `m.rds`.", "remedy": "Put it there."}
        self.wfile.write(json.dumps(told).encode() if self.path == "/health/ready" else b"")

    def log_message(self, *_: object) -> None:
        pass


def served(port: int = 0) -> tuple[HTTPServer, int]:
    server = HTTPServer(("127.0.0.1", port), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


def gone(server: HTTPServer) -> None:
    server.shutdown()
    server.server_close()


def test_a_service_that_is_away_for_a_while_is_looked_for_again() -> None:
    server, port = served()
    watch = ["status", "--watch", "--every", "0.2", "--json", "--url", f"127.0.0.1:{port}"]
    with subprocess.Popen([sys.executable, "-m", "ao", *watch], stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        problems = (json.loads(line)["problem"] for line in watching.stdout)
        assert next(problems) == "There is no `m.rds`. Put it there."
        gone(server)
        away = f"Can't reach http://127.0.0.1:{port}. It is looked for again."
        assert next(problem for problem in problems if problem.startswith("Can't")) == away
        server, _ = served(port)
        assert next(problem for problem in problems if problem != away) == "There is no `m.rds`. Put it there."
        watching.terminate()
    gone(server)


def test_a_service_that_was_never_there_is_an_error() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        watch = ["status", "--watch", "--url", f"127.0.0.1:{bound.getsockname()[1]}"]
        done = subprocess.run([sys.executable, "-m", "ao", *watch], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Can't reach" in done.stderr
