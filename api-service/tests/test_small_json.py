"""The queue asks what was sent to check itself with others; only small bodies of JSON can."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.small_json import SmallJson

if TYPE_CHECKING:
    from anops_api_service.sent import Sent
    from anops_model_interface.schema import Schema

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}


def sent(reader: JsonBody, *rows: dict[str, Any]) -> Sent:
    return reader.take(json.dumps({"data": rows}).encode())


def test_small_bodies_are_checked_together_in_their_order(cars: Schema) -> None:
    reader = JsonBody(cars)
    first, second, third = (sent(reader, ROW | {"wt": wt}) for wt in (1, 2, 3))
    assert isinstance(first, SmallJson)
    frame = first.together([second, third])
    assert frame is not None
    assert frame.columns[0].values.tolist() == [1, 2, 3]


@pytest.mark.parametrize("fault", [{"wt": -1}, {"cyl": 5}, {"hp": None}, {"Gear Type": "none"}])
def test_where_one_has_a_fault_each_is_left_to_itself(cars: Schema, fault: dict[str, Any]) -> None:
    reader = JsonBody(cars)
    assert sent(reader, ROW).together([sent(reader, ROW | fault)]) is None


def test_rows_that_were_checked_already_are_not_checked_again(cars: Schema) -> None:
    reader = JsonBody(cars)
    read = sent(reader, ROW).read()
    assert read.together([read]) is None
    assert sent(reader, ROW).together([read]) is None
