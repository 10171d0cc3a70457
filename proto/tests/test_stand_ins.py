"""What stands in for a wrong value is never wrong itself."""

from __future__ import annotations

import pytest
from anops_model_interface.misfits import misfit
from anops_model_interface.moments import canonical_moment
from anops_model_interface.schema import Schema
from anops_model_interface.stand_ins import stand_in


@pytest.mark.parametrize(
    "column",
    [
        {"type": "number"},
        {"type": "number", "min": 0.5},
        {"type": "number", "max": -2.5},
        {"type": "integer", "min": 0.5, "max": 7},
        {"type": "integer", "max": -2.5},
        {"type": "number", "values": [4, 6, 8]},
        {"type": "integer", "values": [4, 6, 8], "min": 4},
        {"type": "boolean"},
        {"type": "string"},
        {"type": "category", "levels": ["a", "b"]},
        {"type": "category"},
        {"type": "date"},
        {"type": "datetime", "timezone": "Europe/Berlin"},
    ],
)
def test_it_fits_its_column(column: dict[str, object]) -> None:
    spec = Schema.of({"inputs": {"x": column}}).inputs["x"]
    value = stand_in(spec)
    assert misfit(spec, value) is None
    if spec.type in {"date", "datetime"}:
        assert canonical_moment(str(value), spec.type)
