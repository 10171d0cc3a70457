"""Says what went wrong with what stands as a command's error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.standing.failure import BusyError, StandingError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def told_as_commands() -> Iterator[None]:
    """Let what goes wrong meanwhile stop the command, with its code.

    Raises:
        CommandError: What was asked can't be done.
    """
    try:
        yield
    except StandingError as error:
        code = Code.DEPLOYMENT_BUSY if isinstance(error, BusyError) else Code.DEPLOYMENT_FAILED
        raise CommandError(error.message, details=error.details, remedy=error.remedy, code=code) from error
