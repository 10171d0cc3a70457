"""The command `python -m anops_api_service.healthcheck`: the health check of the container image.

It imports nothing of the service, so that it costs a few milliseconds each time.
"""

from __future__ import annotations

import http.client
import os
import sys

SECONDS = 4


def main() -> int:
    """Ask the service in this container whether predictions can be taken.

    Returns:
        0 when it is ready, 1 when it is not.
    """
    port = int(os.environ.get("ANOPS_PORT", "8080"))
    if certificate := os.environ.get("ANOPS_HTTPS_CERTIFICATE"):
        connection: http.client.HTTPConnection = _with_tls(port, certificate)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health/ready")
        response = connection.getresponse()
        answer = response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"The api-service does not answer: {error}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(answer + "\n")
    return 0 if response.status == http.client.OK else 1


def _with_tls(port: int, certificate: str) -> http.client.HTTPSConnection:
    """Connect to who has this very certificate: its names are those by which others know it."""
    import ssl  # noqa: PLC0415  only where it is needed

    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=context)


if __name__ == "__main__":
    sys.exit(main())
