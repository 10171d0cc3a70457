"""The command `python -m anops_control_service.healthcheck`: the health check of the container image.

It imports nothing of the service, so that it costs a few milliseconds each time.
"""

from __future__ import annotations

import http.client
import sys

PORT = 8070
SECONDS = 4


def main() -> int:
    """Ask the service in this container whether it is there.

    Returns:
        0 when it answers, 1 when it does not.
    """
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        return 0 if connection.getresponse().status == http.client.OK else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"The control service does not answer: {error}\n")
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
