"""The command `python -m anops_control_service`: the control service of the container image."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path

from anops_control.errors import CommandError
from anops_http.door_settings import DoorSettings
from anops_model_interface.certificates import CertificateError
from anops_model_interface.flags import complaints
from pydantic import ValidationError

from anops_control_service.server import serve
from anops_control_service.settings import HOST, Settings


def main() -> int:
    """Serve until SIGTERM.

    Returns:
        0, or 1 where it can't.
    """
    parser = argparse.ArgumentParser(
        prog="python -m anops_control_service",
        description="REST for all of AnOps. Host names, certificate, identity provider and time limits for clients "
        "are environment variables, the same as for the api-service: ANOPS_HOSTS, ANOPS_HTTPS_…, ANOPS_JWT_…, "
        "ANOPS_HEADER_SECONDS and the like.",
    )
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="the folder of all projects")
    parser.add_argument("--host", default=HOST, help="where it listens; in a container, which publishes it: 0.0.0.0")
    parser.add_argument("--port", type=int, default=8070, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many jobs run side by side")
    parser.add_argument("--max-upload-mb", type=int, default=1024, metavar="N", help="how large a file may be")
    told = parser.parse_args()
    try:
        door = DoorSettings()
    except ValidationError as error:
        sys.stderr.writelines(f"✖ {line}\n" for line in complaints(error))
        return 2
    settings = Settings(told.root.resolve(), told.jobs, told.max_upload_mb << 20, told.host, door)

    def ready(url: str) -> None:
        print(f"The control service listens on {url}; its token is in {settings.own / 'token'}.", flush=True)  # noqa: T201  of a command

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            serve(settings, told.port, ready)
    except (OSError, CommandError, CertificateError) as error:
        print(f"✖ {error}", file=sys.stderr)  # noqa: T201  the same
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
