"""What is wrong with the body of `POST /forecast` is said in its own words."""

from __future__ import annotations

import msgspec
import pytest
from anops_api_service.forecasts.asked import Asked, read
from anops_model_interface.errors import AnOpsError


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"horizon": 2.7}', "Can't forecast: `horizon` must be a whole number, not 2.7."),
        ('{"horizon": "12"}', 'Can\'t forecast: `horizon` must be a whole number, not "12".'),
        ('{"end": 3}', 'Can\'t forecast: `end` must be a time as text, such as "2026-12-31", not 3.'),
        ('{"horizon": 1, "level": [80, "x"]}', "Can't forecast: `level` must be a number, or a list of numbers."),
        ('{"horizon": 1, "keys": "a"}', "Can't forecast: `keys` must be a list of records, one for each series, not"),
        ('{"horizon": 1, "h": 2}', "Can't forecast: object contains unknown field `h`."),
        ("[1]", "Can't forecast: expected `object`, got `array`."),
    ],
)
def test_a_member_of_another_type_is_named_with_what_it_must_be(body: str, told: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        read(body.encode())
    assert caught.value.problem.message.startswith(told)


@pytest.mark.parametrize("name", [field.name for field in msgspec.structs.fields(Asked)])
def test_each_member_says_what_it_must_be(name: str) -> None:
    with pytest.raises(AnOpsError, match=f"`{name}` must be ") as caught:
        read(msgspec.json.encode({name: True}))
    assert caught.value.problem.message.endswith("not true.")
