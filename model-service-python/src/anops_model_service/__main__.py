"""Starts the model-service: `python -m anops_model_service --project DIR`."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import logging
import sys

from anops_model_interface.errors import AnOpsError
from pydantic import ValidationError

from anops_model_service.service import PortError, announce, run
from anops_model_service.settings import Settings

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
    parser.add_argument("--workers", help="worker processes")
    parser.add_argument("--deadline-seconds", help="longest prediction, in seconds")
    flags = {key: value for key, value in vars(parser.parse_args()).items() if value is not None}
    try:
        settings = Settings(**flags)
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"✖ Can't use setting `{'.'.join(map(str, fault['loc']))}`: {fault['msg']}.\n")
        return 2
    logging.basicConfig(
        stream=sys.stderr,
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)-7s %(message)s",
        datefmt="%H:%M:%S",
    )
    try:
        asyncio.run(run(settings))
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
