#!/usr/bin/env bash
# tritonclient 2.73.0, with aiohttp 3.14.5 and backports.zstd 1.8.0, numpy 2.4.6, Python 3.11.
# Expected: what a client says it accepts (Accept-Encoding) it can read.
# Seen: the async HTTP client says that it takes zstd where backports.zstd is installed (its HTTP library adds that by itself, as
# it adds gzip, deflate and br), switches off that library's unpacking, and unpacks gzip and deflate alone: an answer in zstd,
# as a server or a proxy in between may send it, ends in "can't decode byte 0xb5". The same answer in gzip is read.
# For AnOps: answers below /v2 are compressed with gzip or deflate, never with zstd, whatever is accepted.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet 'tritonclient[http]==2.73.0' aiohttp==3.14.5 backports.zstd==1.8.0 numpy==2.4.6
"$place/v/bin/python" -W ignore - <<'PY'
import asyncio
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import tritonclient.http.aio as triton
from tritonclient.utils import InferenceServerException
from backports import zstd

answer = {"model_name": "m", "outputs": [{"name": "y", "datatype": "FP64", "shape": [1], "data": [2.0]}]}
body, accepted = json.dumps(answer).encode(), []


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        accepted.append(self.headers.get("accept-encoding", ""))
        name, pack = ("zstd", zstd.compress) if "zstd" in self.path else ("gzip", gzip.compress)
        packed = pack(body)
        self.send_response(200)
        self.send_header("content-encoding", name)
        self.send_header("content-length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()


async def ask(model):
    tensor = triton.InferInput("x", [1], "FP64")
    tensor.set_data_from_numpy(np.array([1.0]), binary_data=False)
    async with triton.InferenceServerClient(f"127.0.0.1:{server.server_port}") as client:
        return (await client.infer(model, [tensor])).as_numpy("y").tolist()


print("gzip:", asyncio.run(ask("in-gzip")))
print("accepted:", accepted[0])
assert "zstd" in accepted[0]
try:
    print("zstd:", asyncio.run(ask("in-zstd")))
except InferenceServerException as error:
    print("zstd:", str(error)[-70:])
    assert "can't decode byte 0xb5" in str(error)
else:
    raise SystemExit("zstd was read")
PY
