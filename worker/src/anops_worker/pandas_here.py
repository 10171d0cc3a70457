"""Whether the environment of a model has pandas, and what to say where it needs it and has none."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.packages import install_command


@cache
def has_pandas() -> bool:
    """Say whether pandas is installed."""
    return find_spec("pandas") is not None


def import_pandas() -> None:
    """Import pandas where it is installed, and what we make of it: the first who asks shall not wait for it."""
    if has_pandas():
        from anops_worker import data_frames, series  # noqa: F401, PLC0415  there are environments without it


def needs_pandas(what: str, why: str, *, code: Code = Code.MODEL_LOAD) -> AnOpsError:
    """Return the error for what can't be done without pandas.

    Args:
        what: What can't be done: "predict with model `cars`".
        why: Why it takes pandas: "its column `brand` holds text".
        code: The code of the problem.
    """
    return AnOpsError(
        code,
        f"Can't {what}: {why}, which takes pandas, and pandas is not installed.",
        remedy=f"Install it into the environment that loads the model: {install_command('pandas')}",
    )
