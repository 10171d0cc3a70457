from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.expressions import Expression
from anops_model_interface.working_out import worked_out

COLUMNS = {
    "amount": np.array([100.0, 200.0, 0.0]),
    "prediction": np.array([0.2, 0.9, 0.9]),
    "owner": np.array([True, True, False]),
    "Gear Type": np.array(["auto", "manual", "auto"], dtype=object),
}
MISSING = {"amount": [False, False, True]}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("amount * (prediction > 0.5)", [0, 200, np.nan]),
        ("amount / 100 - 1", [0, 1, np.nan]),
        ("`Gear Type` == 'auto'", [1, 0, 1]),
        ("prediction > 0.5 and not `Gear Type` == 'auto'", [0, 1, 0]),
        ("prediction > 0.5 or prediction < 0.3", [1, 1, 1]),
        ("max(prediction, 0.5) + abs(-1)", [1.5, 1.9, 1.9]),
        ("1", [1, 1, 1]),
        ("(prediction > 0.5) + (`Gear Type` == 'manual') + owner", [1, 3, 1]),
        ("(prediction > 0.5) - owner", [-1, 0, 1]),
        ("-owner", [-1, -1, 0]),
        ("amount > 150", [0, 1, np.nan]),
    ],
)
def test_an_expression_is_worked_out_for_all_rows(text: str, values: list[float]) -> None:
    expression = Expression.of(text)
    missing = np.any([MISSING.get(name, [False] * 3) for name in expression.names] or [[False] * 3], axis=0)
    assert worked_out(expression, COLUMNS, missing).tolist() == pytest.approx(values, nan_ok=True)


def test_its_columns_are_known() -> None:
    assert Expression.of("amount * (`Gear Type` == 'auto')").names == {"amount", "Gear Type"}


@pytest.mark.parametrize(
    "text",
    [
        "", "amount *", "amount ** 2", "__import__('os')", "amount.shape", "amount[0]", "lambda: 1", "max(1)",
        "abs(x=1)",
        "1 < amount < 2", "f'{amount}'", "[1]", "amount " + "+ 1" * 400, "amount if prediction else 1", "None",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must have at most|can't be read|may hold|takes"):
        Expression.of(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("amount * `Gear Type`", "calculates with the text `Gear Type`"),
        ("amount * (cyl == 4)", "compares the text `cyl` with the number `4`"),
        ("amount * (4 < cyl)", "compares the text `cyl` with the number `4`"),
        ("amount * (amount > '5')", "compares the text `'5'` with the number `amount`"),
        ("not cyl", "calculates with the text `cyl`"),
        ("max(cyl, 1)", "calculates with the text `cyl`"),
        ("amount and cyl", "calculates with the text `cyl`"),
        ("cyl", "is a text"),
    ],
)
def test_a_text_that_is_counted_with_is_told(text: str, says: str) -> None:
    assert says in (Expression.of(text).misfit({"cyl", "Gear Type"}) or "")


@pytest.mark.parametrize("text", ["amount * (cyl == '4')", "cyl < `Gear Type`", "max(amount, 1) + (not amount)", "1"])
def test_what_can_be_worked_out_is_not_refused(text: str) -> None:
    assert Expression.of(text).misfit({"cyl", "Gear Type"}) is None
