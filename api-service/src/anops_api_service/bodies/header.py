"""What is refused of the list of columns that a table of rows begins with, whatever its format."""

from __future__ import annotations

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened

MOST_COLUMNS = 1 << 16
"""How many columns a body may have; a spreadsheet has at most a quarter of that."""


def twice(kind: str, name: str) -> AnOpsError:
    """Say that two columns have the same name.

    Args:
        kind: The format, for the message.
        name: The name.
    """
    return AnOpsError(
        Code.BODY_SHAPE,
        f"Can't read the body as {kind}: column `{shortened(name)}` appears twice.",
        remedy="Give each column a different name.",
    )


def too_many_columns(kind: str) -> AnOpsError:
    """Say that there are more columns than are read."""
    return AnOpsError(
        Code.BODY_SHAPE,
        f"Can't read the body as {kind}: it must have at most {MOST_COLUMNS:,} columns.",
        remedy="Send the columns that the model uses; GET /model lists them.",
    )
