"""Projects in both languages whose steps fit a line, and the data of a world that changes."""

from __future__ import annotations

import csv
import textwrap
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

STEPS = {
    "python": """
    from pathlib import Path
    import pandas
    from sklearn.linear_model import LinearRegression

    def load_data():
        return pandas.read_csv("recent.csv" if Path("recent.csv").exists() else "first.csv")

    def split_data(data):
        return data.iloc[: len(data) * 4 // 5], data.iloc[len(data) * 4 // 5 :]

    def build_pipeline():
        return LinearRegression()

    def train_model(pipeline, train):
        return pipeline.fit(train[["size", "age"]], train["price"])

    def evaluate(model, test):
        return {"r2": model.score(test[["size", "age"]], test["price"])}
    """,
    "r": """
    load_data <- function() utils::read.csv(if (file.exists("recent.csv")) "recent.csv" else "first.csv")
    split_data <- function(data) {
      here <- seq_len(nrow(data)) <= nrow(data) * 0.8
      list(train = data[here, ], test = data[!here, ])
    }
    build_pipeline <- function() price ~ size + age
    train_model <- function(pipeline, train) lm(pipeline, data = train)
    evaluate <- function(model, test) list(r2 = cor(predict(model, test), test$price)^2)
    """,
}
SUFFIX, ARTIFACT = {"python": "py", "r": "R"}, {"python": "model.joblib", "r": "model.rds"}


def world(rows: int, *, changed: bool, seed: int) -> dict[str, list[float]]:
    """Return rows of a world: in the changed one sizes are larger, and a size is worth more."""
    generator = np.random.default_rng(seed)
    size, age = generator.normal(4.0 if changed else 2.0, 1, rows), generator.normal(10, 3, rows)
    price = (5 if changed else 3) * size - 0.2 * age + generator.normal(0, 0.5, rows)
    return {"size": size.tolist(), "age": age.tolist(), "price": price.tolist()}


def write(file: Path, columns: dict[str, list[float]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(columns)
        lines.writerows(zip(*columns.values(), strict=True))


def project_of(folder: Path, language: str, monitoring: str = "") -> Path:
    """Write a project that `ao train` can fit."""
    folder.mkdir(parents=True)
    folder.joinpath("ao.toml").write_text(
        textwrap.dedent(f"""\
        [project]
        name = "houses"
        version = "0.1.0"
        language = "{language}"

        [model]
        artifact = "{ARTIFACT[language]}"

        [model.inputs]
        size = "number"
        age = "number"

        [tracking]
        target = "price"

        [service]
        log_predictions = "values"
        workers = 1

        """)
        + textwrap.dedent(monitoring),
        encoding="utf-8",
    )
    folder.joinpath(f"train.{SUFFIX[language]}").write_text(textwrap.dedent(STEPS[language]), encoding="utf-8")
    if language == "python":
        folder.joinpath("requirements.txt").write_text("numpy\npandas\nscikit-learn\n", encoding="utf-8")
    write(folder / "first.csv", world(400, changed=False, seed=1))
    return folder
