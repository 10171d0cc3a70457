"""Missing values, factors and dates reach a fitted model as in a data frame of the language's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from engine import RUNTIMES

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine

SETTINGS = """
[project]
name = "growth"
language = "{language}"
[model]
artifact = "{artifact}"
code = "{code}"
[model.inputs]
x = {{ type = "number", missing = "allow" }}
group = {{ type = "category", levels = ["low", "high", "NA"] }}
day = {{ type = "date", missing = "allow" }}
grown = "boolean"
count = {{ type = "integer", missing = "allow" }}
[model.outputs]
prediction = {{ type = "number", missing = "allow" }}
group = {{ type = "category", levels = ["low", "high", "NA"] }}
day = {{ type = "date", missing = "allow" }}
"""
ROWS: list[dict[str, Any]] = [
    {"x": 1.5, "group": "low", "day": "2024-02-29", "grown": True, "count": 3},
    {"x": None, "group": "high", "day": "2026-10-25", "grown": False, "count": 0},
    {"x": -2.25, "group": "NA", "day": "1969-12-31", "grown": True, "count": -7},
    {"x": 1e-3, "group": "high", "day": None, "grown": False, "count": 12},
    {"x": 0.1, "group": "low", "day": "2026-01-01", "grown": False, "count": None},
]
SOURCES = {
    "python": {
        # least squares by numpy: the runtime's image has no scikit-learn
        "fit.py": """
import joblib, numpy, pandas
from model import terms
i = numpy.arange(60)
data = pandas.DataFrame({
    "x": numpy.sin(i), "group": pandas.Categorical.from_codes(i % 3, ["low", "high", "NA"]),
    "day": pandas.Timestamp("2024-01-01") + pandas.to_timedelta(i * i, "D"), "grown": i % 2 == 0, "count": i % 7,
})
joblib.dump(numpy.linalg.lstsq(terms(data), numpy.sqrt(i), rcond=None)[0], "model.joblib")
""",
        "model.py": """
import pandas
def terms(data):
    return pandas.DataFrame({
        "one": 1.0, "x": data["x"], "high": data["group"].cat.codes == 1, "NA": data["group"].cat.codes == 2,
        "day": (data["day"] - pandas.Timestamp("2024-01-01")).dt.days, "grown": ~data["grown"], "count": data["count"],
    }).astype(float)
def predict_model(model, data, **options):
    return pandas.DataFrame({"prediction": terms(data) @ model, "group": data["group"], "day": data["day"]})
""",
        "plain.py": """
import json, sys
import joblib, pandas
from model import predict_model
data = pandas.DataFrame(json.loads(sys.argv[1]))
data["group"] = pandas.Categorical(data["group"], ["low", "high", "NA"])
data["day"] = pandas.to_datetime(data["day"])
answer = predict_model(joblib.load("model.joblib"), data)["prediction"]
print(json.dumps([None if pandas.isna(value) else value for value in answer]))
""",
    },
    "r": {
        "fit.R": """
i <- 0:59
data <- data.frame(
  x = sin(i), group = factor(c("low", "high", "NA")[i %% 3 + 1], c("low", "high", "NA")),
  day = as.Date("2024-01-01") + i^2, grown = i %% 2 == 0, count = as.integer(i %% 7), y = sqrt(i)
)
saveRDS(lm(y ~ x + group + day + grown + count, data), "model.rds")
""",
        "model.R": """
predict_model <- function(model, newdata, ...) {
  stopifnot(is.factor(newdata$group), inherits(newdata$day, "Date"), is.integer(newdata$count))
  data.frame(prediction = predict(model, newdata), group = newdata$group, day = newdata$day)
}
""",
        # null stands for a missing value: "NA" is a level
        "plain.R": """
data <- read.csv(text = commandArgs(TRUE), na.strings = "null", stringsAsFactors = FALSE)
data$group <- factor(data$group, c("low", "high", "NA"))
data$day <- as.Date(data$day)
answer <- predict(readRDS("model.rds"), data)
cat("[", paste(ifelse(is.na(answer), "null", sprintf("%.17g", answer)), collapse = ","), "]")
""",
    },
}
FILES = {"python": ("model.joblib", "model.py"), "r": ("model.rds", "model.R")}
PROGRAMS = {"python": ["python", "plain.py"], "r": ["Rscript", "--vanilla", "plain.R"]}


def image_of(engine: Engine, folder: Path, language: str) -> str:
    """Fit the model with the language of the image, and put it there."""
    for name, text in SOURCES[language].items():
        (folder / name).write_text(text, encoding="utf-8")
    artifact, code = FILES[language]
    settings = SETTINGS.format(language=language, artifact=artifact, code=code)
    (folder / "ao.toml").write_text(settings, encoding="utf-8")
    fit = '["python", "fit.py"]' if language == "python" else '["Rscript", "--vanilla", "fit.R"]'
    lines = ("USER root", "COPY . /project", f"RUN {fit}", "USER 10001:10001")
    (folder / "Dockerfile").write_text("\n".join([f"FROM {RUNTIMES[language]}", *lines, ""]), encoding="utf-8")
    return engine.image(folder)


def data_of(language: str) -> str:
    """Write the rows as the plain program reads them."""
    if language == "python":
        return json.dumps(ROWS)
    lines = [",".join("null" if value is None else str(value) for value in row.values()) for row in ROWS]
    return "\n".join([",".join(ROWS[0]), *lines]).replace("True", "TRUE").replace("False", "FALSE")


def test_a_fitted_model_gets_every_type_as_its_own(engine: Engine, tmp_path: Path, language: str) -> None:
    stack = engine.stack(image_of(engine, tmp_path, language))
    received = stack.predict(ROWS)
    plain = stack.model.get_wrapped_container().exec_run([*PROGRAMS[language], data_of(language)])
    assert plain.exit_code == 0, plain.output.decode()
    wanted = json.loads(plain.output)
    assert [value is None for value in wanted] == [False, True, False, True, True]
    for row, sent, value in zip(received, ROWS, wanted, strict=True):
        assert row["prediction"] == (value if value is None else pytest.approx(value, rel=1e-12))
        assert (row["group"], row["day"]) == (sent["group"], sent["day"])
