"""A column is the code's own where the code uses it, not where a sentence has its name."""

import pytest
from anops_control.refitting.named_in_code import names_in


@pytest.mark.parametrize(
    "code",
    ['x = data["ratio"]', "x = data.ratio", "x = data.assign(ratio=1)", 'x = data.eval("a / ratio")'],
)
def test_a_column_that_python_uses_is_named(code: str) -> None:
    assert "ratio" in names_in(code, "python")


@pytest.mark.parametrize("code", ['"""Has a ratio."""', "# ratio", 'def f(ratio):\n    "A ratio."\n    return 1'])
def test_a_word_about_a_column_is_not_its_use_in_python(code: str) -> None:
    assert "ratio" not in names_in(code, "python")


@pytest.mark.parametrize(
    "code", ["d$ratio <- 1", 'd[["ratio"]]', "with(d, a / ratio)", "transform(d, ratio = a)", "d$`ratio`", "d$data"]
)
def test_a_column_that_r_uses_is_named(code: str) -> None:
    assert names_in(code, "r") & {"ratio", "data"}


@pytest.mark.parametrize("code", ["# ratio", "f <- function(model, data) predict(model, data)", "x <- 1 # d$ratio"])
def test_a_word_about_a_column_is_not_its_use_in_r(code: str) -> None:
    assert not names_in(code, "r") & {"ratio", "data", "model"}
