"""The command `python -m anops_model_service.healthcheck`: the health check of the container images."""

from __future__ import annotations

import os
import sys
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from anops_model_service.ports import health_socket

SECONDS = 4


def main() -> int:
    """Ask the service in this container whether a worker is ready.

    Returns:
        0 when it is, 1 when it is not.
    """
    port = os.environ.get("ANOPS_GRPC_PORT", "9000")
    with_tls = os.environ.get("ANOPS_TLS_CERTIFICATE")
    target = f"unix:{health_socket(int(port))}" if with_tls else f"127.0.0.1:{port}"
    # a proxy of the container's environment must not be asked for its own loopback
    with grpc.insecure_channel(target, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        except grpc.RpcError as error:
            sys.stderr.write(f"The model-service does not answer: {error.details()}\n")
            return 1
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    sys.stdout.write(status + "\n")
    return 0 if status == "SERVING" else 1


if __name__ == "__main__":
    sys.exit(main())
