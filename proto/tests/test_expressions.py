from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.expressions import Expression
from anops_model_interface.working_out import worked_out

COLUMNS = {
    "amount": np.array([100.0, 200.0, np.nan]),
    "prediction": np.array([0.2, 0.9, 0.9]),
    "Gear Type": np.array(["auto", "manual", "auto"], dtype=object),
}


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
    ],
)
def test_an_expression_is_worked_out_for_all_rows(text: str, values: list[float]) -> None:
    assert worked_out(Expression.of(text), COLUMNS).tolist() == pytest.approx(values, nan_ok=True)


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
