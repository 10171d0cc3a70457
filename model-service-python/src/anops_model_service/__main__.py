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
        0 after a clean stop, 2 for a wrong setting or certificate, 3 where the model can't be loaded, 5 where the
        port can't be bound.
    """
    early = _early()
    if early is None:
        _flags()  # prints it, and ends
        return 0
    # as the settings have it, which take a while to import
    folder = Path(early.project or os.environ.get("ANOPS_PROJECT") or ".")
    try:
        scratch = Scratch()
    except OSError as error:
        sys.stderr.write(f"✖ Can't make a temporary folder: {error.strerror}.\n→ Name one in TMPDIR.\n")
        return EXIT_SETTINGS
    python = early.worker_python or os.environ.get("ANOPS_WORKER_PYTHON") or sys.executable
    digest = early.model_digest or os.environ.get("ANOPS_MODEL_DIGEST") or ""
    isolation = early.worker_isolation or os.environ.get("ANOPS_WORKER_ISOLATION") or "auto"
    isolation = isolation if isolation in {"auto", "off"} else "required"  # of a wrong one the settings will tell
    try:
        launched = launch(folder, scratch.subfolder(), python, digest=digest, isolation=isolation)
    except OSError as error:
        sys.stderr.write(f"✖ Can't run the Python that loads the model, {python}: {error.strerror}.\n")
        scratch.remove()
        return EXIT_SETTINGS
    try:
        settings = _settings()
        return EXIT_SETTINGS if settings is None else _serve(settings, scratch, launched)
    finally:
        launched.stop()
        scratch.remove()


def _early() -> argparse.Namespace | None:
    """Read of the flags what tells which model is to be loaded; None where help is wanted, and no model."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("--project", "--worker-python", "--model-digest", "--worker-isolation"):
        parser.add_argument(name)
    parser.add_argument("-h", "--help", action="store_true")
    told = parser.parse_known_args()[0]
    return None if told.help else told


def _flags() -> dict[str, Any]:
    from anops_model_interface.flags import read_flags  # noqa: PLC0415  see the module

    from anops_model_service.settings import FLAGS, Settings  # noqa: PLC0415

    return read_flags(
        Settings,
        program="python -m anops_model_service",
        about="Serve a model project over gRPC. Every flag is also an environment variable ANOPS_….",
        names=FLAGS,
    )


def _settings() -> Settings | None:
    from anops_model_interface.flags import complaints  # noqa: PLC0415  see the module
    from pydantic import ValidationError  # noqa: PLC0415

    from anops_model_service.settings import Settings  # noqa: PLC0415

    try:
        return Settings(**_flags())
    except ValidationError as error:
        sys.stderr.writelines(f"✖ {line}\n" for line in complaints(error))
        return None


def _serve(settings: Settings, scratch: Scratch, launched: Launched) -> int:
    import dataclasses  # noqa: PLC0415  see the module
    import logging  # noqa: PLC0415

    import uvloop  # noqa: PLC0415
    from anops_model_interface.certificates import CertificateError  # noqa: PLC0415
    from anops_model_interface.errors import AnOpsError  # noqa: PLC0415
    from anops_model_interface.quiet_log import QuietFormatter  # noqa: PLC0415

    from anops_model_service.service import PortError, announce, run  # noqa: PLC0415

    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # a line for each attempt of a client that is not trusted
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper())
    try:
        uvloop.run(run(settings, scratch, launched))
    except AnOpsError as error:
        sys.stderr.write(error.problem.render() + "\n")
        announce({"event": "failed", "problem": dataclasses.asdict(error.problem)})
        return EXIT_MODEL
    except CertificateError as error:
        sys.stderr.write(f"✖ {error}\n")
        return EXIT_SETTINGS
    except PortError as error:
        sys.stderr.write(f"✖ {error}\n→ Choose another with --port.\n")
        return EXIT_PORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
