"""How the protocol calls the types of columns; apart from the codec, for programs that pass frames on unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnType

DATATYPES: Mapping[ColumnType, str] = {"number": "FP64", "integer": "INT64", "boolean": "BOOL"}
"""The datatype in which a column type travels; all others as BYTES."""
