"""The command `python -m anops_api_service`: settings from flags and environment, then the server."""

from __future__ import annotations

import sys

from anops_http.access.key_file import KeyFileError
from anops_model_interface.certificates import CertificateError
from anops_model_interface.flags import complaints, read_flags
from anops_series.opening import AddressError
from pydantic import ValidationError

from anops_api_service.access import NobodyAskedError
from anops_api_service.column_file import ColumnFileError
from anops_api_service.logs import set_up
from anops_api_service.observing.tracing import TracesError
from anops_api_service.prediction_log import PredictionLogError
from anops_api_service.server import FeatureStoreError, PortTakenError, serve
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
    flags = read_flags(
        Settings,
        arguments,
        program="python -m anops_api_service",
        about="REST in front of a model-service. Every flag is also an environment variable ANOPS_….",
        again=("model_url",),  # an address for each model
    )
    try:
        settings = Settings(**flags)
    except ValidationError as error:
        sys.stderr.writelines(f"✖ {line}\n" for line in complaints(error))
        return USAGE
    set_up(settings.log_level, settings.log_format)
    try:
        serve(settings)
    except (
        AddressError,
        CertificateError,
        ColumnFileError,
        FeatureStoreError,
        KeyFileError,
        NobodyAskedError,
        PredictionLogError,
        TracesError,
    ) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except PortTakenError as error:
        sys.stderr.write(f"{error}\nChoose another with --port, or let --port 0 pick a free one.\n")
        return PORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
