from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_service_r.runtime import RRuntime
from anops_project.description import Description, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Describe = Callable[[str], Description]


@pytest.fixture
def describe(models: Path) -> Describe:
    return lambda artifact: RRuntime().describe(Source(artifact=models / artifact))


def test_lm_says_its_columns_options_and_answers(describe: Describe) -> None:
    described = describe("lm.rds")

    assert described.model_class == "lm"
    assert described.summary == "lm: mpg ~ wt + factor(cyl)"
    inputs = described.schema.inputs
    assert inputs["wt"].type == "number"
    assert inputs["cyl"].values == (4, 6, 8)
    assert described.schema.options["interval"].default == "none"
    assert list(described.schema.outputs) == ["prediction"]
    assert described.row_independent is True
    assert described.rows is not None
    assert described.rows.rows == 11
    assert set(described.rows["cyl"].values) == {4, 6, 8}
    assert described.predictions is not None
    assert described.predictions.rows == 11


def test_description_survives_json(describe: Describe) -> None:
    described = describe("rpart.rds")

    assert Description.from_json(described.to_json()).schema == described.schema


def test_glm_answers_on_the_scale_of_the_response(describe: Describe) -> None:
    described = describe("glm.rds")

    assert described.schema.options["type"].levels == ("response", "link")
    assert described.schema.options["type"].default == "response"


def test_gam_names_mgcv(describe: Describe) -> None:
    described = describe("gam.rds")

    assert set(described.schema.inputs) == {"wt", "hp"}
    assert set(described.packages or {}) == {"mgcv"}


def test_intercept_only_model_needs_no_columns(describe: Describe) -> None:
    described = describe("intercept.rds")

    assert described.schema.inputs == {}
    assert described.rows is not None
    assert described.rows.rows == 1


def test_names_with_spaces_dots_and_umlauts_are_kept(describe: Describe) -> None:
    assert list(describe("unicode.rds").schema.inputs) == ["größe (cm)"]


def test_object_that_says_nothing_asks_for_data(describe: Describe) -> None:
    with pytest.raises(AnOpsError) as caught:
        describe("list.rds")

    assert caught.value.problem.code == Code.MODEL_LOAD


def test_example_rows_describe_a_model_that_does_not(tmp_path: Path) -> None:
    (tmp_path / "model.R").write_text(
        "predict_model <- function(model, newdata, factor = 2, ...) factor * newdata[['a b']]",
        encoding="utf-8",
    )
    (tmp_path / "rows.csv").write_text("a b,when,kind,y\n1,2024-01-02,u,3\n2,2024-02-03,v,4\n", encoding="utf-8")

    described = RRuntime().describe(Source(code=tmp_path / "model.R", data=tmp_path / "rows.csv", target="y"))

    inputs = described.schema.inputs
    assert {name: spec.type for name, spec in inputs.items()} == {
        "a b": "number",
        "when": "date",
        "kind": "category",
    }
    assert inputs["kind"].levels == ("u", "v")
    assert described.schema.options["factor"].default == 2
    assert described.predictions is not None
    assert described.predictions["prediction"].values.tolist()[:-1] == [2, 4]


def test_a_reference_row_shows_what_becomes_of_a_missing_value(describe: Describe) -> None:
    described = describe("lm.rds")

    assert described.rows is not None
    assert described.predictions is not None
    assert described.rows["wt"].is_missing().tolist() == [False] * 10 + [True]
    assert described.predictions["prediction"].is_missing().tolist() == [False] * 10 + [True]


def test_a_number_that_the_object_only_lets_guess_is_marked_as_assumed(tmp_path: Path) -> None:
    code = """
    d <- data.frame(x = 1:40 / 3, b = rep(c(TRUE, FALSE), 20), y = 1:40)
    saveRDS(ranger::ranger(y ~ x + b, d, num.trees = 5), "forest.rds")
    """
    subprocess.run(["Rscript", "--vanilla", "-e", code], cwd=tmp_path, check=True, timeout=300)
    inputs = RRuntime().describe(Source(artifact=tmp_path / "forest.rds")).schema.inputs
    assert [(spec.type, spec.assumed) for spec in inputs.values()] == [("number", False), ("number", True)]
    rows = tmp_path / "rows.csv"
    rows.write_text("x,b\n1,TRUE\n2,FALSE\n")
    told = RRuntime().describe(Source(artifact=tmp_path / "forest.rds", data=rows)).schema.inputs["b"]
    assert (told.type, told.assumed) == ("boolean", False)


def test_what_a_library_prints_while_it_is_tried_is_not_shown_but_what_own_code_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], run_r: Callable[[str, Path], str]
) -> None:
    run_r('saveRDS(lm(mpg ~ I({cat("a table\\n"); wt}), mtcars), "m.rds")', tmp_path)
    assert RRuntime().describe(Source(artifact=tmp_path / "m.rds")).predictions is not None
    printed = capsys.readouterr()
    assert "a table" not in printed.out + printed.err

    (tmp_path / "model.R").write_text(
        'predict_model <- function(model, newdata, ...) {\n  print("mine")\n  2 * newdata$a\n}\n'
    )
    (tmp_path / "rows.csv").write_text("a,y\n1,2\n2,4\n")
    RRuntime().describe(Source(code=tmp_path / "model.R", data=tmp_path / "rows.csv", target="y"))
    assert "mine" in capsys.readouterr().err
