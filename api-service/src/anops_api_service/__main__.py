"""The command `python -m anops_api_service`: settings from flags and environment, then the server."""

from __future__ import annotations

import argparse
import sys

from anops_http.access.key_file import KeyFileError
from pydantic import ValidationError

from anops_api_service.access import NobodyAskedError
from anops_api_service.column_file import ColumnFileError
from anops_api_service.logs import set_up
from anops_api_service.server import PortTakenError, serve
from anops_api_service.settings import Settings

USAGE, PORT = 2, 5
"""Exit codes: wrong settings; a port that can't be used."""


def main(arguments: list[str] | None = None) -> int:
    """Run the service.

    Args:
        arguments: The command line; None: that of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog="python -m anops_api_service",
        description="REST in front of a model-service. Every flag is also an environment variable ANOPS_….",
    )
    for name, field in Settings.model_fields.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=argparse.SUPPRESS,
            # the one that can be given again: an address for each model
            action="append" if name == "model_url" else "store",
            help=f"{field.description} (default: {field.default!r})".replace("%", "%%"),
        )
    flags = vars(parser.parse_args(arguments))
    if "model_url" in flags:
        flags["model_url"] = ",".join(flags["model_url"])
    try:
        settings = Settings(**flags)
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            if not name:  # it is about several
                sys.stderr.write(f"{fault['msg'].removeprefix('Value error, ')}.\n")
                continue
            sys.stderr.write(f"Can't use setting `{name}`: {fault['msg']}; received {fault['input']!r}.\n")
        return USAGE
    set_up(settings.log_level)
    try:
        serve(settings)
    except (ColumnFileError, KeyFileError, NobodyAskedError) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except PortTakenError as error:
        sys.stderr.write(f"{error}\nChoose another with --port, or let --port 0 pick a free one.\n")
        return PORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
