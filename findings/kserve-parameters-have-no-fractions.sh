#!/usr/bin/env bash
# kserve 0.21.0.
# Expected: a request parameter such as level = 0.9 goes over gRPC as it goes over REST, since the Open Inference Protocol
# has a parameter of doubles; a missing number (NaN) is the same to the server either way.
# Seen: over gRPC the client refuses the fraction before anything is sent ("invalid parameter value"), over REST it
# goes; and a NaN among typed values is NaN over gRPC, but null over REST, which many servers refuse.
# For AnOps: a numeric option may be sent as text ("0.9"), and null is a missing number in `/v2`.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet kserve==0.21.0
"$place/v/bin/python" -W ignore - <<'PY'
import logging

logging.disable(logging.CRITICAL)
import orjson
from kserve import InferInput, InferRequest

values = [float("nan"), 1.5]
request = InferRequest("cars", [InferInput("wt", [2], "FP64", values)], parameters={"level": 0.9})
body, _ = request.to_rest()
written = orjson.loads(orjson.dumps(body))  # as the client writes it
print("over REST:", written["parameters"], written["inputs"][0]["data"])
assert written["parameters"]["level"] == 0.9
assert written["inputs"][0]["data"] == [None, 1.5]
try:
    request.to_grpc()
except Exception as error:
    print("over gRPC:", str(error)[:100])
    assert "invalid parameter value" in str(error)
else:
    raise SystemExit("the fraction went over gRPC")
text = InferRequest("cars", [InferInput("wt", [2], "FP64", values)], parameters={"level": "0.9"}).to_grpc()
print("as text:  ", text.parameters["level"].string_param)
PY
