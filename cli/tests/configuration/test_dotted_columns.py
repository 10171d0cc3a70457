from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration.dotted_columns import take_out_dotted_columns
from anops_control.configuration.positions import find_positions

if TYPE_CHECKING:
    from anops_control.findings import Finding


def look(text: str) -> tuple[list[Finding], dict[str, Any]]:
    tables = tomllib.loads(text)
    return take_out_dotted_columns(tables, find_positions(text)), tables["model"]


@pytest.mark.parametrize(
    ("text", "remedy", "place"),
    [
        (
            '[model.inputs]\nwt = "number"\nSepal.Length = "number"\n',
            'Write `"Sepal.Length" = "number"` under `[model.inputs]`.',
            (3, 1),
        ),
        (
            '[model.inputs]\nSepal.Length = { type = "number" }\n',
            'Write `"Sepal.Length" = { type = "number" }` under `[model.inputs]`.',
            (2, 1),
        ),
        (
            '[model.inputs.Sepal.Length]\ntype = "number"\n',
            'Write `"Sepal.Length" = { type = "number" }` under `[model.inputs]`.',
            (1, 15),
        ),
        (
            '[model.inputs]\na.b.c = "category"\n',
            'Write `"a.b.c" = "category"` under `[model.inputs]`.',
            (2, 1),
        ),
        (
            '[model.inputs]\ntemp.max = "number"\n',
            'Write `"temp.max" = "number"` under `[model.inputs]`.',
            (2, 1),
        ),
        (
            '[model.outputs]\np.value = "number"\n',
            'Write `"p.value" = "number"` under `[model.outputs]`.',
            (2, 1),
        ),
        (
            '[model.options]\nse.fit = "boolean"\n',
            'Write `"se.fit" = "boolean"` under `[model.options]`.',
            (2, 1),
        ),
    ],
)
def test_a_dotted_column_gets_the_line_to_write(text: str, remedy: str, place: tuple[int, int]) -> None:
    (finding,), _ = look(text)
    assert (finding.remedy, (finding.line, finding.column)) == (remedy, place)


def test_each_of_several_is_reported_and_taken_out() -> None:
    findings, model = look('[model.inputs]\nwt = "number"\nSepal.Length = "number"\nSepal.Width = "number"\n')
    assert [finding.line for finding in findings] == [3, 4]
    assert model["inputs"] == {"wt": "number"}


@pytest.mark.parametrize(
    "column",
    [
        '"Sepal.Length" = "number"',
        'wt = { type = "number", unit = "number", description = "number" }',
        'wt.type = "number"\nwt.min = 0',
        'wt = { type = "number", misspelt = "kg" }',
        "wt = {}",
    ],
)
def test_what_is_no_dotted_column_is_left_alone(column: str) -> None:
    findings, model = look(f"[model.inputs]\n{column}\n")
    assert findings == []
    assert len(model["inputs"]) == 1
