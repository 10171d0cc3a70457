"""Holds each family of R models to its table: it answers over REST as predict() does in a plain process of R."""

from __future__ import annotations

import json
import math
import os
import subprocess
import tomllib
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ao.app import app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack import serving
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx

FOLDER = Path(__file__).parent / "families"

FIT = """
for (package in PACKAGES) library(package, character.only = TRUE)
fitted <- FITTING
newdata <- ROWS
stopifnot(is.data.frame(newdata), nrow(newdata) > 1, !anyNA(newdata))
row.names(newdata) <- NULL
with_missing <- newdata[c(1, rep(2, length(newdata)), nrow(newdata)), , drop = FALSE]
for (i in seq_along(newdata)) with_missing[[i]][i + 1] <- NA
row.names(with_missing) <- NULL
saveRDS(fitted, "fitted.rds")
write.csv(newdata, "rows.csv", row.names = FALSE)
saveRDS(list(complete = newdata, missing = with_missing), "rows.rds")
write <- function(rows) {
  jsonlite::toJSON(rows, dataframe = "rows", na = "null", digits = I(17), POSIXt = "ISO8601", UTC = TRUE)
}
text <- paste0("{\\"complete\\":", write(newdata), ",\\"missing\\":", write(with_missing), "}")
writeLines(text, "rows.json", useBytes = TRUE)
"""

PLAIN = """
for (package in PACKAGES) library(package, character.only = TRUE)
model <- readRDS("fitted.rds")
rows <- readRDS("rows.rds")
as_columns <- function(value) {
  if (is.table(value)) value <- unclass(value)
  if (is.data.frame(value)) return(value)
  if (is.matrix(value)) {
    columns <- as.data.frame(value)
    known <- c(fit = "prediction", lwr = "lower", upr = "upper")
    if (identical(names(columns), names(known))) names(columns) <- known
    return(columns)
  }
  if (is.list(value)) return(data.frame(lapply(value, c), check.names = FALSE))
  columns <- data.frame(prediction = unname(value))
  if (!is.null(names(value))) row.names(columns) <- make.unique(names(value))
  columns
}
ask <- function(expression, newdata) as_columns(eval(expression, list(model = model, newdata = newdata), globalenv()))
answer <- function(expression, newdata) {
  whole <- tryCatch(ask(expression, newdata), error = function(e) NULL)
  known <- match(seq_len(nrow(newdata)), rownames(whole))
  if (is.null(whole) || nrow(whole) != nrow(newdata)) {
    complete <- which(complete.cases(newdata))
    whole <- ask(expression, newdata[complete, , drop = FALSE])
    known <- match(seq_len(nrow(newdata)), complete)
    whole <- whole[known, , drop = FALSE]
  }
  whole
}
expressions <- EXPRESSIONS
answers <- lapply(expressions, function(expression) {
  lapply(rows, function(newdata) as.list(suppressWarnings(answer(expression, newdata))))
})
text <- jsonlite::toJSON(answers, digits = I(17), na = "null", auto_unbox = FALSE)
writeLines(text, "plain.json", useBytes = TRUE)
"""

FORKS = """
for (package in PACKAGES) loadNamespace(package)
for (file in c("fit.R", "plain.R")) {
  job <- parallel::mcparallel({
    source(file, encoding = "UTF-8")
    "done"
  }, mc.set.seed = FALSE)
  ended <- parallel::mccollect(job)[[1]]
  if (!identical(ended, "done")) stop(file, ": ", ended)
}
"""
"""Each a process of its own, that knows nothing of the other: forks of one that has loaded what both need."""


@dataclass(frozen=True)
class Ask:
    """Options of a request, and the plain R that gives the same in `model` and `newdata`."""

    plain: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """A row of the table: a class of models, an object of it, and what it can do.

    Attributes:
        name: The class, with a hint where there are several of one class.
        title: What statisticians call it.
        package: The R package that fits it.
        fit: An R expression that gives the fitted model.
        rows: An R expression that gives a data frame of rows without missing values.
        asks: What is asked of it.
        options: The options that `ao init` must find: levels, or "number", "boolean", "numbers".
        missing: What becomes of a row with a missing value: "missing" (its prediction is missing), "predicted",
            "refused" (before the model sees it), or "mixed", by column.
        seen: The columns whose range `ao init` must find.
        independent: Whether a row's prediction does not depend on the rows beside it.
        attached: Packages that the fitting and the plain process attach; AnOps finds them by itself.
        note: A remark for the table.
        tolerance: How far from R's own prediction, relatively.
        code: Lines of a model.R that the statistician wrote; else `ao init` writes it.
        example: Whether `ao init` is given the rows as a CSV file, since the object can't say enough.
    """

    name: str
    title: str
    package: str
    fit: str
    rows: str
    asks: tuple[Ask, ...]
    options: dict[str, Any] = field(default_factory=dict)
    missing: str = "missing"
    seen: tuple[str, ...] = ()
    independent: bool = True
    attached: tuple[str, ...] = ()
    note: str = ""
    tolerance: float = 1e-9
    code: str = ""
    example: bool = False


def families(table: str) -> dict[str, Family]:
    """Read the families of a table, `families/<table>.toml`, by their names."""
    read = tomllib.loads((FOLDER / f"{table}.toml").read_text(encoding="utf-8"))
    found = {}
    for entry in read["family"]:
        asks = tuple(Ask(**ask) for ask in entry.pop("asks", [{"plain": "predict(model, newdata)"}]))
        seen, attached = tuple(entry.pop("seen", ())), tuple(entry.pop("attached", ()))
        # for the page alone: `numbers = false` says that there are none, and so no ranges
        for key in ("variant", "numbers"):
            entry.pop(key, None)
        found[entry["name"]] = Family(asks=asks, seen=seen, attached=attached, **entry)
    return found


Rows = dict[str, list[dict[str, Any]]]
Answers = list[dict[str, dict[str, list[Any]]]]


@dataclass(frozen=True)
class Way:
    """How a language fits and predicts in processes of its own.

    Attributes:
        artifact: The file of the fitted model.
        fit: Writes it, and gives the rows as JSON: `complete`, and `missing` with a gap in each column in turn.
        plain: Predicts both for each thing that is asked.
    """

    artifact: str
    fit: Callable[[Family, Path], Rows]
    plain: Callable[[Family, Path], Answers]


def check_family(family: Family, folder: Path, way: Way | None = None) -> None:
    """Fit, `ao init`, serve and ask; compare with a plain process.

    Args:
        family: What is promised.
        folder: An empty folder.
        way: The language's; by default R's.
    """
    way = way or Way("fitted.rds", _fit, _plain)
    rows = way.fit(family, folder)
    further = ["--model", "own.R"] if family.code else []
    further += ["--data", "rows.csv"] if family.example else []
    if family.code:
        (folder / "own.R").write_text(family.code, encoding="utf-8")
    with chdir(folder):  # in this process, which has loaded `ao`
        made = CliRunner().invoke(app, ["init", "project", "--model", way.artifact, *further])
    assert made.exit_code == 0, made.output
    model = tomllib.loads((folder / "project" / "ao.toml").read_text(encoding="utf-8"))["model"]
    assert _declared(model.get("options", {})) == family.options
    assert {name for name, spec in model["inputs"].items() if "seen" in spec} == set(family.seen)
    assert model["row_independent"] == family.independent
    expected = way.plain(family, folder)
    with serving(folder / "project", "--workers", "1") as stack:
        for ask, plain in zip(family.asks, expected, strict=True):
            answer = _predict(stack.client, rows["complete"], ask.options)
            _compare(answer, plain["complete"], family.tolerance)
        _check_missing(family, stack.client, rows["missing"], [plain["missing"] for plain in expected])
        if family.independent:
            _check_any_rows(family, stack.client, rows)


def _fit(family: Family, folder: Path) -> Rows:
    """Fit, and predict in another process; `_plain` reads what that has said."""
    packages = family.attached if family.package in {"stats", *family.attached} else (family.package, *family.attached)
    quoted = ",\n".join(f"quote({{\n{ask.plain}\n}})" for ask in family.asks)
    fit = FIT.replace("PACKAGES", _strings(family.attached))
    plain = PLAIN.replace("PACKAGES", _strings(packages)).replace("EXPRESSIONS", f"list({quoted})")
    for name, text in {
        "fit.R": fit.replace("FITTING", f"{{\n{family.fit}\n}}").replace("ROWS", f"{{\n{family.rows}\n}}"),
        "plain.R": plain,
        "forks.R": FORKS.replace("PACKAGES", _strings(packages)),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    _run("Rscript", "--vanilla", "forks.R", folder=folder)
    read: Rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    return read


def _plain(_: Family, folder: Path) -> Answers:
    read: Answers = json.loads((folder / "plain.json").read_text(encoding="utf-8"))
    return read


def _predict(client: httpx.Client, rows: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> list[Any]:
    answer = client.post("/predict", json={"data": rows, "options": options})
    assert answer.status_code == 200, answer.text
    predictions: list[Any] = answer.json()["predictions"]
    assert len(predictions) == len(rows)
    return predictions


def _compare(answer: Sequence[Mapping[str, Any]], expected: Mapping[str, Sequence[Any]], tolerance: float) -> None:
    assert list(answer[0]) == list(expected)
    for name, column in expected.items():
        for i, (ours, theirs) in enumerate(zip([row[name] for row in answer], column, strict=True)):
            where = f"`{name}`, row {i + 1}: {ours!r}, the plain process says {theirs!r}"
            if isinstance(theirs, float | int) and not isinstance(theirs, bool):
                assert isinstance(ours, float | int), where
                assert math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=1e-12), where
            else:
                assert ours == theirs, where


def _check_missing(family: Family, client: httpx.Client, rows: list[dict[str, Any]], expected: list[Any]) -> None:
    names = list(rows[0])
    schema = client.get("/model").json()["schema"]["inputs"]
    refused = [i for i, name in enumerate(names, start=1) if schema[name]["missing"] == "error"]
    for i in refused:
        assert client.post("/predict", json={"data": [rows[i]]}).status_code == 422
    kept = [i for i in range(len(rows)) if i not in refused]
    outcomes = {"refused"} if refused else set()
    for ask, plain in zip(family.asks, expected, strict=True):
        answer = _predict(client, [rows[i] for i in kept], ask.options)
        _compare(answer, {name: [column[i] for i in kept] for name, column in plain.items()}, family.tolerance)
        gone = [row[next(iter(plain))] is None for i, row in zip(kept, answer, strict=True) if 0 < i < len(rows) - 1]
        outcomes |= {"missing" if one else "predicted" for one in gone}
    assert family.missing == (outcomes.pop() if len(outcomes) == 1 else "mixed")


def _check_any_rows(family: Family, client: httpx.Client, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Ask for any rows, missing values among them: as many come back, each as if it were asked for alone."""
    pool = [*rows["complete"], *rows["missing"]]
    schema = client.get("/model").json()["schema"]["inputs"]
    required = {name for name, spec in schema.items() if spec["missing"] == "error"}
    pool = [row for row in pool if all(row[name] is not None for name in required)]
    options = family.asks[-1].options
    alone = [_predict(client, [row], options)[0] for row in pool]

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(0, len(pool) - 1), min_size=1, max_size=12))
    def any_rows(chosen: list[int]) -> None:
        answer = _predict(client, [pool[i] for i in chosen], options)
        columns = {name: [alone[i][name] for i in chosen] for name in alone[0]}
        _compare(answer, columns, family.tolerance)

    any_rows()


def _declared(options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: "numbers" if spec.get("list") else spec.get("levels", spec["type"]) for name, spec in options.items()}


def _strings(texts: Sequence[str]) -> str:
    return f"c({', '.join(json.dumps(text) for text in texts)})"


def _run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ, timeout=120)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
