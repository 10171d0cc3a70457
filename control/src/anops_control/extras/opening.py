"""Opens what an extra brings: found by its entry point, and told as a command's error where it can't be used."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator


def opened(extra: str, group: str, does: str, command: str) -> Any:  # noqa: ANN401  what the extra's port says
    """Return what an extra brings.

    Args:
        extra: Its name.
        group: The group of its entry point.
        does: What it does: "Datasets are kept".
        command: What installs it.

    Raises:
        CommandError: `ENVIRONMENT`: it is not installed, or can't be imported.
    """
    found = next(iter(entry_points(group=group)), None)
    if found is None:
        raise CommandError(
            f"{does} by the extra `{extra}`, which is not installed.", command=command, code=Code.ENVIRONMENT
        )
    try:
        return found.load()
    except ImportError as error:
        raise CommandError(
            f"The extra `{extra}` can't be imported.",
            details=[f"{type(error).__name__}: {error}"],
            command=command,
            code=Code.ENVIRONMENT,
        ) from error


@contextmanager
def told_as(code: Code, failure: type[Exception]) -> Iterator[None]:
    """Tell what an extra raises as a command's error.

    Args:
        code: The error's code.
        failure: The class of what it raises, with `message`, `details` and `remedy`.

    Raises:
        CommandError: It raised that.
    """
    try:
        yield
    except failure as error:
        told: Any = error
        raise CommandError(told.message, details=told.details, remedy=told.remedy, code=code) from error
