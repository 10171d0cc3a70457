from __future__ import annotations

import pytest
from anops_model_interface.errors import AnOpsError
from anops_model_interface.options import validate_options
from anops_model_interface.schema import Schema

PERCENT = {"type": "number", "list": True, "min": 1, "max": 99.9}
SHARE = {"type": "number", "min": 0.5, "max": 0.999}


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        (PERCENT, [95, 0.8], "must be at least 1, not 0.8; it is in percent: write 80 for 0.8"),
        (PERCENT, [100], "must be at most 99.9, not 100."),
        (PERCENT, [0], "must be at least 1, not 0."),
        (PERCENT, [-0.8], "must be at least 1, not -0.8."),
        (SHARE, 95, "must be at most 0.999, not 95; it is a share: write 0.95 for 95"),
        (SHARE, 99.95, "must be at most 0.999, not 99.95."),
        (SHARE, 0.2, "must be at least 0.5, not 0.2."),
        (SHARE, "95", "must be a number, not text."),
    ],
)
def test_a_level_in_the_other_unit_is_told(option: dict[str, object], value: object, told: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        validate_options({"level": value}, Schema.of({"options": {"level": option}}))
    assert told in caught.value.problem.message
