from __future__ import annotations

from typing import Any

from anops_control.findings import Severity
from anops_control.rules.agreement import Sides, by_written_names, disagreements
from anops_model_interface.schema import Schema


def found(model: dict[str, Any], written: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    sides: dict[str, Any] = {
        "object": Schema.of({"inputs": model}).inputs,
        "written": Schema.of({"inputs": written}).resolved(missing="error").inputs,
        "unsure": frozenset(),
        "answers": True,
        "in_code": lambda _: False,
        "line_of": lambda _: 7,
        **changes,
    }
    return [(finding.severity.value, finding.message) for finding in disagreements(Sides(**sides))]


def test_the_same_on_both_sides_is_no_finding() -> None:
    columns = {"wt": "number", "g": {"type": "category", "levels": ["a", "b"]}}
    assert found(columns, columns) == []


def test_a_name_with_blanks_is_the_one_that_lightgbm_keeps_for_it() -> None:
    model = Schema.of({"inputs": {"big_city": "number", "a_b": "number"}}).inputs
    written = Schema.of({"inputs": {"big city": "number", "a_b": "number"}}).inputs
    columns, named = by_written_names(model, written)
    assert list(columns) == ["big city", "a_b"]
    assert [named(name) for name in model] == ["big city", "a_b"]


def test_a_number_may_be_an_integer_and_a_level_may_be_text() -> None:
    assert found({"n": "number", "s": "string"}, {"n": "integer", "s": {"type": "category", "levels": ["a"]}}) == []


def test_a_column_that_callers_are_not_asked_for_is_an_error_where_the_model_then_fails() -> None:
    assert found({"wt": "number", "hp": "number"}, {"wt": "number"}, answers=False) == [
        ("error", "The model needs a column `hp`, which [model.inputs] lacks.")
    ]


def test_it_is_a_warning_where_the_model_answers_all_the_same() -> None:
    ((severity, message),) = found({"wt": "number", "hp": "number"}, {"wt": "number"})
    assert severity == "warning"
    assert "finds something of that name elsewhere" in message


def test_a_column_that_the_projects_code_makes_is_none_of_both() -> None:
    assert found({"bmi": "number"}, {"kg": "number", "cm": "number"}, in_code=lambda _: True) == []


def test_a_column_that_is_sent_for_nothing_is_a_warning() -> None:
    assert found({"wt": "number"}, {"wt": "number", "k": "number"}) == [
        ("warning", "Column `k` is asked of callers, and the model does not use it.")
    ]


def test_another_type_is_told() -> None:
    text = "Column `wt` is a number to the model, and a category in ao.toml."
    assert found({"wt": "number"}, {"wt": "category"}, answers=False) == [("error", text)]
    assert found({"wt": "number"}, {"wt": "category"}) == [("warning", text)]
    assert found({"wt": "number"}, {"wt": "category"}, unsure=frozenset({"wt"})) == []


def test_levels_that_only_one_side_has_are_named() -> None:
    def levels(*names: str) -> dict[str, Any]:
        return {"g": {"type": "category", "levels": list(names)}}

    assert found(levels("a", "b"), levels("a", "c")) == [
        ("error", 'The model does not know level "c" of `g`; it was fitted on "a", "b".'),
        ("warning", 'The model knows level "b" of `g`, which ao.toml refuses.'),
    ]
    assert found(levels("a", "b"), levels("b", "a")) == []


def test_the_order_of_ordered_levels_matters() -> None:
    def ordered(*names: str) -> dict[str, Any]:
        return {"g": {"type": "category", "levels": list(names), "ordered": True}}

    ((severity, message),) = found(ordered("low", "high"), ordered("high", "low"))
    assert severity == "error"
    assert message == "The levels of `g` have an order in the model: low < high; ao.toml has another one."


def test_numbers_that_are_levels_are_told() -> None:
    ((severity, message),) = found({"cyl": {"type": "number", "values": [4, 6]}}, {"cyl": "number"})
    assert (severity, message) == (
        "warning",
        "Column `cyl` may be anything in ao.toml; the model knows 2 values: 4, 6.",
    )


def test_a_range_that_is_not_written_down_can_be_fixed() -> None:
    model = Schema.of({"inputs": {"wt": {"type": "number", "seen": [1.5, 5.4]}}}).inputs
    written = Schema.of({"inputs": {"wt": "number"}}).inputs
    (finding,) = disagreements(
        Sides(
            object=model,
            written=written,
            unsure=frozenset(),
            answers=True,
            in_code=lambda _: False,
            line_of=lambda _: None,
        )
    )
    assert finding.severity is Severity.NOTE
    assert [(edit.path, edit.value) for edit in finding.edits] == [(("model", "inputs", "wt", "seen"), [1.5, 5.4])]


def test_a_missing_value_that_the_model_fails_on_is_told() -> None:
    ((severity, message),) = found(
        {"wt": {"type": "number", "missing": "error"}}, {"wt": {"type": "number", "missing": "allow"}}
    )
    assert (severity, message) == ("warning", "A missing `wt` is allowed, and the model fails on it.")
