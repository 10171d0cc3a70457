"""The command `python -m anops_control_service.healthcheck`: the health check of the container image.

It imports nothing of the service, so that it costs a few milliseconds each time.
"""

from __future__ import annotations

import http.client
import os
import sys

PORT = 8070
SECONDS = 4


def main() -> int:
    """Ask the service in this container whether it is there.

    Returns:
        0 when it answers, 1 when it does not.
    """
    if certificate := os.environ.get("ANOPS_HTTPS_CERTIFICATE"):
        connection: http.client.HTTPConnection = _with_tls(certificate)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        return 0 if connection.getresponse().status == http.client.OK else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"The control service does not answer: {error}\n")
        return 1
    finally:
        connection.close()


def _with_tls(certificate: str) -> http.client.HTTPSConnection:
    """Connect to who has this very certificate: its names are those by which others know it."""
    import ssl  # noqa: PLC0415  only where it is needed

    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return http.client.HTTPSConnection("127.0.0.1", PORT, timeout=SECONDS, context=context)


if __name__ == "__main__":
    sys.exit(main())
