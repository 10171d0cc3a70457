"""Starts the model-service: `python -m anops_model_service --project DIR`.

Loading the model takes longest, so it begins before anything is imported that this process needs for itself.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_service.launching import launch
from anops_model_service.scratch import Scratch

if TYPE_CHECKING:
    from anops_model_service.launching import Launched
    from anops_model_service.settings import Settings

EXIT_SETTINGS = 2
EXIT_MODEL = 3
EXIT_PORT = 5


def main() -> int:
    """Run the model-service.

    Returns:
        0 after a clean stop, 2 for a wrong setting, 3 where the model can't be loaded, 5 where the port can't be
        bound.
    """
    parser = argparse.ArgumentParser(prog="anops-model-service", description="Serve a model project over gRPC.")
    parser.add_argument("--project", help="the folder that holds ao.toml")
    parser.add_argument("--host", dest="grpc_host", help="the address to bind to")
    parser.add_argument("--port", dest="grpc_port", help="the port to bind to; 0: a free one")
    parser.add_argument("--python", dest="worker_python", help="the Python that loads the model")
    parser.add_argument("--workers", help="worker processes")
    parser.add_argument("--deadline-seconds", help="longest prediction, in seconds")
    parser.add_argument("--worker-reload", help="whether replaced workers load files that have changed")
    flags = {key: value for key, value in vars(parser.parse_args()).items() if value is not None}
    # as the settings have it, which take a while to import
    folder = Path(flags.get("project") or os.environ.get("ANOPS_PROJECT") or ".")
    try:
        scratch = Scratch()
    except OSError as error:
        sys.stderr.write(f"✖ Can't make a temporary folder: {error.strerror}.\n→ Name one in TMPDIR.\n")
        return EXIT_SETTINGS
    python = flags.get("worker_python") or os.environ.get("ANOPS_WORKER_PYTHON") or sys.executable
    try:
        launched = launch(folder, scratch.subfolder(), python)
    except OSError as error:
        sys.stderr.write(f"✖ Can't run the Python that loads the model, {python}: {error.strerror}.\n")
        scratch.remove()
        return EXIT_SETTINGS
    try:
        settings = _settings(flags)
        return EXIT_SETTINGS if settings is None else _serve(settings, scratch, launched)
    finally:
        launched.stop()
        scratch.remove()


def _settings(flags: dict[str, Any]) -> Settings | None:
    from pydantic import ValidationError  # noqa: PLC0415  see the module

    from anops_model_service.settings import Settings  # noqa: PLC0415

    try:
        return Settings(**flags)
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"✖ Can't use setting `{'.'.join(map(str, fault['loc']))}`: {fault['msg']}.\n")
        return None


def _serve(settings: Settings, scratch: Scratch, launched: Launched) -> int:
    import dataclasses  # noqa: PLC0415  see the module
    import logging  # noqa: PLC0415

    import uvloop  # noqa: PLC0415
    from anops_model_interface.errors import AnOpsError  # noqa: PLC0415
    from anops_model_interface.quiet_log import QuietFormatter  # noqa: PLC0415

    from anops_model_service.service import PortError, announce, run  # noqa: PLC0415

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper())
    try:
        uvloop.run(run(settings, scratch, launched))
    except AnOpsError as error:
        sys.stderr.write(error.problem.render() + "\n")
        announce({"event": "failed", "problem": dataclasses.asdict(error.problem)})
        return EXIT_MODEL
    except PortError as error:
        sys.stderr.write(f"✖ {error}\n→ Choose another with --port.\n")
        return EXIT_PORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
