"""A prediction from containers is the language's own."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from engine import reference_of

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine

PLAIN = {
    "python": (
        *("python", "-c"),
        (
            "import json, sys, joblib, pandas; rows = pandas.DataFrame(json.loads(sys.argv[1])); "
            "print(json.dumps(joblib.load('model.joblib').predict(rows).tolist()))"
        ),
    ),
    "r": (
        *("Rscript", "--vanilla", "-e"),
        (
            "answer <- predict(readRDS('model.rds'), read.csv(text = commandArgs(TRUE))); "
            "cat('[', paste(sprintf('%.17g', answer), collapse = ','), ']')"
        ),
    ),
}
"""How each language predicts without AnOps: in a process of its own, with the packages of the image."""


def data_of(rows: list[dict[str, Any]], language: str) -> str:
    """Write rows as the plain program reads them."""
    if language == "python":
        return json.dumps(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_projects_image_predicts_as_the_language_does(engine: Engine, example: Path, language: str) -> None:
    rows, expected = reference_of(example)
    # read-only and without root, as every container of these tests
    stack = engine.stack(engine.image(example))
    received = [row["prediction"] for row in stack.predict(rows)]
    said = stack.model.get_wrapped_container().exec_run([*PLAIN[language], data_of(rows, language)])
    assert said.exit_code == 0, said.output.decode()
    plain = json.loads(said.output)
    number = isinstance(plain[0], float)
    assert received == (pytest.approx(plain, rel=1e-12) if number else plain)
    # and as where the model was fitted, with other versions of the language
    reference = [row["prediction"] for row in expected]
    assert received == (pytest.approx(reference, rel=1e-9) if number else reference)
