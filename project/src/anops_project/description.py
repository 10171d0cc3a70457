"""What `ao init` learns from a fitted model: where to look, and what was found."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from anops_model_interface.schema import Schema

from anops_project.frame_json import frame_from_json, frame_to_json

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.frames import Frame


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model that has no `ao.toml` yet is to be found.

    Attributes:
        artifact: The file that holds the fitted model.
        code: The file with `load_model` and `predict_model`; at least one of the two is there.
        data: A CSV file with example rows.
        target: The column of the example rows that the model predicts, which is no input.
        object: Which of several objects in the artifact is the model.
        try_independence: Whether to try if rows depend on each other; not where that is tried anyhow.
    """

    artifact: Path | None = None
    code: Path | None = None
    data: Path | None = None
    target: str | None = None
    object: str | None = None
    try_independence: bool = True


@dataclass(frozen=True, slots=True)
class Description:
    """What a fitted model says about itself.

    Attributes:
        model_class: What it is: "lm", "sklearn.linear_model.LogisticRegression".
        summary: One line about it: its formula, or its estimator.
        schema: Its inputs, outputs and options.
        fitted_on: What it was fitted on, as far as the object says: "800 rows of yields".
        row_independent: Whether a row's prediction does not depend on the other rows, as tested; `None` where
            there were no rows to test it on.
        packages: The packages it needs, by their names in the registry, with versions: {"mgcv": "1.8-41"}.
        rows: Reference rows, at most 10 from the model's own data or the example data, edge levels included, and
            one more with a missing value where the model takes it.
        predictions: The answers to them.
        by_chance: Whether these are drawn by chance, so that the same rows are answered otherwise each time.
        unsure: The columns whose type the object does not say, which are guesses.
        kind_untold: The columns of numbers of which nothing tells whether the fit had integers, which the model
            answers otherwise.
        notes: What a person should know: "glm: predictions are on the link scale, …".
        saved_with: What to know where another version of its library saved it than is installed; one of the notes.
        own_fit: How its predictions for rows of its own data differ from the fitted values that it keeps, and what to
            do; None where they do not, or where it does not keep both.
        suiting_code: The Python that `predict_model` needs before the object's own `predict`, where that does
            not take a data frame as it is: "data = data.to_numpy()"; or the R that its body consists of, where
            that is not "predict(model, newdata, ...)".
        by_family: Whether a Python object is best asked without a `predict_model`, because its family can do more
            than its own predict().
        method: The method of a Python object that answers: "predict", or "transform".
        reader: The code that reads the model from the file at `path`, where the file holds more than the model.
        unfinished: Whether a limit ended the look: what it says of inputs is what the object says by itself, and of
            options and answers it says nothing.
        series: What `[series]` of ao.toml says, as far as the object tells it; None where it forecasts none.
    """

    model_class: str
    summary: str
    schema: Schema
    row_independent: bool | None = None
    packages: dict[str, str] = field(default_factory=dict)
    rows: Frame | None = None
    predictions: Frame | None = None
    by_chance: bool = False
    unsure: tuple[str, ...] = ()
    kind_untold: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    saved_with: str | None = None
    own_fit: str | None = None
    suiting_code: str | None = None
    by_family: bool = False
    method: str = "predict"
    reader: str | None = None
    unfinished: bool = False
    series: dict[str, Any] | None = None
    fitted_on: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the description as JSON values."""
        return {
            "model_class": self.model_class,
            "summary": self.summary,
            "schema": json.loads(self.schema.to_json()),
            "row_independent": self.row_independent,
            "packages": self.packages,
            "rows": None if self.rows is None else frame_to_json(self.rows),
            "predictions": None if self.predictions is None else frame_to_json(self.predictions),
            "by_chance": self.by_chance,
            "unsure": list(self.unsure),
            "kind_untold": list(self.kind_untold),
            "notes": list(self.notes),
            "saved_with": self.saved_with,
            "own_fit": self.own_fit,
            "suiting_code": self.suiting_code,
            "by_family": self.by_family,
            "method": self.method,
            "reader": self.reader,
            "unfinished": self.unfinished,
            "series": self.series,
            "fitted_on": self.fitted_on,
        }

    def to_json(self) -> str:
        """Return the description as one line of JSON, in ASCII so that it passes any terminal."""
        return json.dumps(self.to_dict(), allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: The text is not a description.
        """
        read: dict[str, Any] = json.loads(text)
        try:
            return cls(
                model_class=read["model_class"],
                summary=read["summary"],
                schema=Schema.of(read["schema"]),
                row_independent=read.get("row_independent"),
                packages=dict(read.get("packages") or {}),
                rows=None if read.get("rows") is None else frame_from_json(read["rows"]),
                predictions=None if read.get("predictions") is None else frame_from_json(read["predictions"]),
                by_chance=bool(read.get("by_chance")),
                unsure=tuple(read.get("unsure") or ()),
                kind_untold=tuple(read.get("kind_untold") or ()),
                notes=tuple(read.get("notes") or ()),
                saved_with=read.get("saved_with"),
                own_fit=read.get("own_fit"),
                suiting_code=read.get("suiting_code"),
                by_family=bool(read.get("by_family")),
                method=read.get("method") or "predict",
                reader=read.get("reader"),
                unfinished=bool(read.get("unfinished")),
                series=read.get("series"),
                fitted_on=read.get("fitted_on") or "",
            )
        except KeyError as error:
            raise ValueError(f"the description lacks `{error.args[0]}`") from error
