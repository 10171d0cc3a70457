# The model still answers as it did when the project was made.
# tests/reference.json holds the rows and the answers
{%- if cookiecutter._by_chance %}; these are drawn by chance, so no prediction must be the same
{%- endif %}.

{% if cookiecutter._own_code -%}
# into the workspace, where the formula of a saved model looks for functions
source("../../{{ cookiecutter._code }}", local = globalenv())
{%- else -%}
source("../../{{ cookiecutter._code }}", local = TRUE)
{%- endif %}
{%- if not cookiecutter._defines_load %}
load_model <- function(path) {{ cookiecutter._reader }}
{%- endif %}
{%- if not cookiecutter._defines_predict %}
predict_model <- function({{ cookiecutter._arguments }}) {
  {{ cookiecutter._prediction }}
}
{%- endif %}
{% if cookiecutter._artifact %}
model <- load_model("../../{{ cookiecutter._artifact }}")
{%- elif cookiecutter._defines_load %}
model <- withr::with_dir("../..", load_model())
{%- else %}
model <- NULL
{%- endif %}
{%- if cookiecutter._has_reference %}

reference <- jsonlite::fromJSON("../reference.json")
expected <- data.frame(reference$predictions$columns)
{%- if cookiecutter._has_columns %}
rows <- data.frame(reference$rows$columns, check.names = FALSE)
{%- else %}
rows <- data.frame(row.names = seq_len(nrow(expected))) # no columns
{%- endif %}
{{- cookiecutter._conversions }}

test_that("the reference rows get {{ "predictions" if cookiecutter._by_chance else "their predictions" }}", {
  predictions <- data.frame(predict_model(model, rows))

  expect_equal(nrow(predictions), nrow(rows))
  for (i in seq_along(expected)) {
    answer <- predictions[[i]]
    answer <- if (is.object(answer)) as.character(answer) else as.vector(answer)
{%- if cookiecutter._by_chance %}
    expect_identical(is.numeric(answer), is.numeric(expected[[i]]))
{%- else %}
    expect_equal(answer, expected[[i]], tolerance = 1e-6)
{%- endif %}
  }
})
{%- else %}

test_that("the model can be loaded", {
  expect_false(is.null(model))
})
{%- endif %}
