"""What `ao init` derives of infinities from a fitted model, and what becomes of it in a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.validation import validate_frame
from anops_project.description import Source
from anops_worker.runtime import runtime_for

if TYPE_CHECKING:
    from pathlib import Path

CODE = {
    "python": "def predict_model(model, data, **options):\n    {check}\n    return data['a'] + data['b']\n",
    "r": "predict_model <- function(model, newdata, ...) {{ {check}\n newdata$a + newdata$b }}\n",
}
FINITE = {
    "python": "assert data['a'].abs().max() < float('inf'), 'no'",
    "r": "if (any(is.infinite(newdata$a))) stop('no')",
}
FROM_BELOW = {
    "python": "assert data['a'].min() > float('-inf'), 'no'",
    "r": "if (any(newdata$a == -Inf)) stop('no')",
}


def described(folder: Path, language: str, check: str) -> dict[str, str]:
    code = folder / ("model.R" if language == "r" else "model.py")
    code.write_text(CODE[language].format(check=check), encoding="utf-8")
    (folder / "rows.csv").write_text("a,b\n1.5,2\n2.5,3.5\n", encoding="utf-8")
    schema = runtime_for(language).describe(Source(code=code, data=folder / "rows.csv")).schema
    if schema.inputs["a"].infinite == "error":
        values = Column("a", "number", np.array([1.0, np.inf, -np.inf])), Column("b", "number", np.array([np.inf] * 3))
        with pytest.raises(AnOpsError) as caught:
            validate_frame(Frame(values, 3), schema.resolved(missing="error"))
        assert caught.value.problem.code is Code.COLUMN_RANGE
        assert [(fault.column, fault.row) for fault in caught.value.problem.faults] == [("a", 2), ("a", 3)]
    return {name: spec.infinite for name, spec in schema.inputs.items()}


def test_a_column_that_takes_no_infinity_is_found(tmp_path: Path, language: str) -> None:
    assert described(tmp_path, language, FINITE[language]) == {"a": "error", "b": "allow"}


@pytest.mark.parametrize("check", [{"python": "pass", "r": ""}, FROM_BELOW])
def test_a_model_that_takes_an_infinity_keeps_taking_it(tmp_path: Path, language: str, check: dict[str, str]) -> None:
    assert described(tmp_path, language, check[language]) == {"a": "allow", "b": "allow"}
