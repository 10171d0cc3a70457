"""How columns are described to those who generate clients."""

from __future__ import annotations

from anops_api_service.documents.json_schema import column_schema
from anops_model_interface.schema import ColumnSpec


def test_a_category_whose_levels_nobody_knows_takes_numbers_too() -> None:
    unknown = column_schema(ColumnSpec(type="category"))
    assert {"type": "number"} in unknown["anyOf"]
    assert {"type": "string"} in unknown["anyOf"]
    assert column_schema(ColumnSpec(type="category", levels=("a",)))["enum"] == ["a"]
