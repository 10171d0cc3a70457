"""Opens what an extra brings: found by its entry point, and told as a command's error where it can't be used."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.extras.ours import OURS, normal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint


def opened(extra: str, group: str, does: str, command: str) -> Any:  # noqa: ANN401  what the extra's port says
    """Return what an extra brings, or the adapter of others that was installed in its place.

    Args:
        extra: Its name.
        group: The group of its entry point.
        does: What it does: "Datasets are kept".
        command: What installs it.

    Raises:
        CommandError: `ENVIRONMENT`: it is not installed, or can't be imported; or there are several adapters of others.
    """
    found = _chosen(list(entry_points(group=group)), does)
    if found is None:
        raise CommandError(
            f"{does} by the extra `{extra}`, which is not installed.", command=command, code=Code.ENVIRONMENT
        )
    try:
        return found.load()
    except Exception as error:  # an adapter is anyone's code
        ours = _owner(found) in OURS
        raise CommandError(
            f"The extra `{extra}` can't be imported."
            if ours
            else f"{does} by {_told(found)}, which can't be imported.",
            details=[f"{type(error).__name__}: {error}"],
            command=command if ours else None,
            remedy=None if ours else f"Repair or uninstall `{_owner(found)}` in the environment of `ao`.",
            code=Code.ENVIRONMENT,
        ) from error


def _chosen(points: list[EntryPoint], does: str) -> EntryPoint | None:
    """Return the adapter of others where there is one, which somebody has installed for that, else ours.

    Raises:
        CommandError: There are several of others.
    """
    others = [each for each in points if _owner(each) not in OURS]
    if len(others) > 1:
        raise CommandError(
            f"{does} by one adapter, and several are installed beside `ao`.",
            details=[_told(each) for each in others],
            remedy="Uninstall all but one of them from the environment of `ao`.",
            code=Code.ENVIRONMENT,
        )
    return next(iter(others or points), None)


def _owner(point: EntryPoint) -> str:
    return normal(point.dist.name) if point.dist is not None else ""


def _told(point: EntryPoint) -> str:
    return f"`{point.value}` of `{_owner(point)}`"


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
