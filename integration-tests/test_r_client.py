"""The R client gives back what R itself would: types, levels, zones, missing values and rows in their order."""

from __future__ import annotations

import ssl
import subprocess
from typing import TYPE_CHECKING

import anops
import httpx
import pandas as pd
import pytest
from anops_control.access.keys import add_key
from anops_control.r_client import write_package
from anops_http.access.scopes import Scope
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from authority import Authority
from little_models import write_project
from stack import running, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Ask = Callable[[str], str]

CONTRACT = """
x = { type = "number", missing = "allow" }
n = { type = "integer", missing = "allow" }
yes = { type = "boolean", missing = "allow" }
text = { type = "string", missing = "allow" }
"Gear.Type (ä)" = { type = "category", levels = ["manual", "auto", "NA"], missing = "allow" }
size = { type = "category", levels = ["S", "M", "L"], ordered = true, missing = "allow" }
day = { type = "date", missing = "allow" }
time = { type = "datetime", timezone = "Europe/Berlin", missing = "allow" }
"""
ROWS = """
rows <- data.frame(
  x = c(0.1 + 0.2, NA, -Inf, 1e-300), n = c(1L, NA, -7L, 2147483647L), yes = c(TRUE, NA, FALSE, TRUE),
  text = c("a \\"quoted\\" line\\n", NA, "NA", ""),
  `Gear.Type (ä)` = factor(c("auto", NA, "NA", "manual"), c("manual", "auto", "NA")),
  size = factor(c("L", NA, "S", "M"), c("S", "M", "L"), ordered = TRUE),
  day = as.Date(c("2024-02-29", NA, "1969-12-31", "0900-01-01")),
  time = as.POSIXct(c("2026-07-01 10:00:00.25", NA, "2026-10-25 02:30:00", "1960-01-01 00:00:00"), "Europe/Berlin"),
  check.names = FALSE, row.names = c("first", "second", "third", "fourth")
)
"""
CARS = 'wt = "number"\nhp = { type = "number", min = 0 }\ngear = { type = "category", levels = ["low", "high"] }'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `ao client r` gives, installed as it says, in a library that has nothing else."""
    folder = tmp_path_factory.mktemp("library")
    file = write_package(tmp_path_factory.mktemp("sent"))
    code = f'install.packages("{file}", lib = "{folder}", repos = NULL, type = "source")'
    subprocess.run(["Rscript", "--vanilla", "-e", code], check=True, capture_output=True, timeout=120)
    assert [part.name for part in folder.iterdir()] == ["anops"]
    return folder


def r(library: Path, url: str, code: str) -> str:
    """Run R code that has the package and the service's address."""
    code = f'library(anops, lib.loc = "{library}")\nurl <- "{url}"\n{code}'
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def echo(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A model that gives back its rows, row by row."""
    folder = write_project(
        tmp_path_factory.mktemp("echo"), "r", "echo", inputs=CONTRACT, outputs=CONTRACT, row_independent=True
    )
    with serving(folder) as stack:
        yield lambda code: r(library, str(stack.client.base_url), code)


@pytest.fixture(scope="module")
def cars(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A model with options, of which one is a list."""
    folder = write_project(
        tmp_path_factory.mktemp("cars"),
        "r",
        "sum",
        inputs=CARS,
        options='power = { type = "number", default = 1 }\nadd = { type = "number", list = true, default = [0] }',
        row_independent=True,
    )
    (folder / "model.R").write_text(
        "predict_model <- function(model, newdata, power = 1, add = 0, ...) {\n"
        '  if (any(newdata$wt > 100, na.rm = TRUE)) warning("far from the data")\n'
        "  newdata$wt^power + sum(add)\n}\n",
        encoding="utf-8",
    )
    with serving(folder) as stack:
        yield lambda code: r(library, str(stack.client.base_url), code)


def test_every_type_comes_back_as_it_was_sent(echo: Ask) -> None:
    echo(
        f"{ROWS}\nanswer <- predict_remote(url, rows)\nprint(all.equal(answer, rows))\n"
        "stopifnot(identical(answer, rows))"
    )


@pytest.mark.parametrize("chosen", ["2", "3", "c(2, 2)", "0", "c(3, 4)"])
def test_types_do_not_depend_on_the_values(echo: Ask, chosen: str) -> None:
    echo(
        f"{ROWS}\nrows <- rows[{chosen}, ]\nanswer <- predict_remote(url, rows)\n"
        "print(all.equal(answer, rows)); dput(answer); dput(rows); stopifnot(identical(answer, rows))"
    )


def test_numbers_keep_their_last_bit(echo: Ask) -> None:
    echo(
        f"{ROWS}\nset.seed(1)\nrows <- rows[rep(1, 5000), ]\n"
        "rows$x <- c(rnorm(2500) * 10^runif(2500, -300, 300), runif(2500))\n"
        "stopifnot(identical(predict_remote(url, rows), rows))"
    )


def test_many_rows_come_back_in_their_order(echo: Ask) -> None:
    echo(
        f"{ROWS}\nrows <- rows[rep(1:4, length.out = 100000), ]\nrows$x <- as.double(100000:1)\n"
        "stopifnot(identical(predict_remote(url, rows), rows))"
    )


def test_both_clients_bring_a_key_over_https_where_the_service_needs_one(library: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    certificate, certificate_key = authority.issue("rest")
    folder = write_project(tmp_path / "sum", "python", "sum", inputs='a = "number"\nb = "number"', row_independent=True)
    keys = tmp_path / "keys.toml"
    key = add_key(keys, "reader", frozenset({Scope.PREDICT, Scope.METADATA}))
    with (
        serving(folder) as stack,
        running(
            "anops_api_service",
            *("--port", "0", "--model-url", f"127.0.0.1:{stack.model.port}", "--keys-file", str(keys)),
            *("--https-certificate", certificate, "--https-key", certificate_key),
        ) as door,
    ):
        url, trusted = f"https://127.0.0.1:{door.port}", authority.file
        verify = ssl.create_default_context(cafile=trusted)
        wait_until(lambda: httpx.get(f"{url}/health/ready", verify=verify, timeout=60).status_code == 200)
        rows = pd.DataFrame({"a": [1.5, 2.0], "b": [2.0, 3.25]})
        with anops.Client(url, key=key, ca_file=trusted) as client:
            expected = client.predict(rows)["prediction"].tolist()
        with (
            anops.Client(url, ca_file=trusted) as client,
            pytest.raises(anops.AccessError, match="has no key and no token"),
        ):
            client.predict(rows)
        with (
            anops.Client(url, key=key) as client,
            pytest.raises(anops.UnavailableError, match="Give the issuer's cert"),
        ):
            client.predict(rows)
        said = r(
            library,
            url,
            "rows <- data.frame(a = c(1.5, 2), b = c(2, 3.25))\n"
            f'cat(tryCatch(predict_remote(url, rows, key = "{key}"), anops_error = function(e) e$remedy), "\\n")\n'
            f'Sys.setenv(ANOPS_CA_FILE = "{trusted}")\n'
            f'cat(predict_remote(url, rows, key = "{key}", ca_file = "{trusted}")$prediction, "\\n")\n'
            f'Sys.setenv(ANOPS_KEY = "{key}")\ncat(predict_remote(url, rows)$prediction, "\\n")\n'
            'cat(tryCatch(predict_remote(url, rows, key = ""), anops_error = function(e) e$code))',
        )
    distrusted, first, second, refused = said.splitlines()
    assert "the service's authority as `ca_file`" in distrusted
    assert [float(value) for value in first.split()] == [float(value) for value in second.split()] == expected
    assert refused == "UNAUTHENTICATED"


def test_columns_that_the_model_does_not_need_stay_at_home(cars: Ask) -> None:
    said = cars(
        'options(warn = 1)\nrows <- data.frame(secret = 1, hp = 1, wt = 2:3, gear = "low")\n'
        "print(predict_remote(url, rows))"
    )
    assert said.split() == ["prediction", "1", "2", "2", "3"]


def test_options_are_arguments(cars: Ask) -> None:
    said = cars(
        'rows <- data.frame(hp = 1, wt = 2, gear = "low")\nmodel <- remote_model(url)\n'
        "cat(predict(model, rows, power = 3)$prediction, predict(model, rows, add = 1)$prediction,\n"
        "  predict(model, rows, add = c(1, 2))$prediction, predict(model, rows, power = NULL)$prediction)"
    )
    assert said == "8 3 5 2"


def test_a_refusal_names_row_and_column_and_is_a_condition(cars: Ask) -> None:
    said = cars(
        'rows <- data.frame(hp = 1, wt = 2:3, gear = c("low", "top"))\n'
        "e <- tryCatch(predict_remote(url, rows), anops_error = identity)\n"
        "cat(conditionMessage(e))\ncat('', e$code, e$status, e$errors$column, e$errors$row, class(e), sep = '|')"
    )
    message, *fields = said.split("|")
    assert message == (
        'Can\'t predict with model `sum`: column `gear` must be one of low, high; row 2 is "top".\n[COLUMN_LEVEL]'
    )
    assert fields[:4] == ["COLUMN_LEVEL", "422", "gear", "2"]
    assert "anops_error" in fields


def test_a_refused_row_is_counted_from_the_first_of_all(cars: Ask) -> None:
    said = cars(
        'rows <- data.frame(hp = 1, wt = 1, gear = rep("low", 50000))\nrows$hp[45001] <- -1\n'
        "e <- tryCatch(predict_remote(url, rows), anops_error = identity)\ncat(conditionMessage(e), e$errors$row)"
    )
    assert "row 5001 is -1. (Row 1 here is row 40001 of your data.)" in said
    assert said.endswith(" 45001")


def test_a_missing_column_is_told(cars: Ask) -> None:
    said = cars(
        'e <- tryCatch(predict_remote(url, data.frame(Wt = 1, hp = 1, gear = "low")), error = identity)\n'
        "cat(conditionMessage(e))"
    )
    assert "column `wt` is missing" in said


def test_warnings_of_the_model_are_warnings_here(cars: Ask) -> None:
    said = cars(
        'rows <- data.frame(hp = 1, wt = 101, gear = "low")\n'
        "w <- NULL\nanswer <- withCallingHandlers(predict_remote(url, rows), anops_warning = function(e) {\n"
        '  w <<- e\n  invokeRestart("muffleWarning")\n})\ncat(conditionMessage(w), answer$prediction)'
    )
    assert "far from the data" in said
    assert said.endswith(" 101")


def test_a_model_prints_what_can_be_asked_of_it(cars: Ask) -> None:
    said = cars("print(remote_model(url))")
    assert "Model `sum` 1.2.3 at http://127.0.0.1:" in said
    assert "  gear  category: low, high" in said
    assert "  add    number (several), default 0" in said


def test_a_model_without_inputs_answers_each_row(library: Path, tmp_path: Path) -> None:
    with serving(write_project(tmp_path, "r", "rows", inputs="")) as stack:
        said = r(library, str(stack.client.base_url), "cat(predict_remote(url, mtcars[1:3, ])$prediction)")
    assert said == "0 1 2"


def test_an_address_where_nothing_is_served_is_told(library: Path) -> None:
    said = r(
        library,
        "http://127.0.0.1:9",
        "e <- tryCatch(predict_remote(url, mtcars), anops_error = identity)\ncat(e$code, conditionMessage(e))",
    )
    assert said.startswith("UNREACHABLE Can't reach http://127.0.0.1:9: ")
    assert "→ Start it with `ao serve`, or correct the address." in said


def test_what_came_true_is_kept_beside_the_predictions(library: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    project = write_project(tmp_path / "project", "python", "sum", row_independent=True)
    with serving(project, api_arguments=["--prediction-log", str(log)]) as stack:
        said = r(
            library,
            str(stack.client.base_url),
            'came <- data.frame(a = 1:3, time = as.POSIXct("2027-01-01", "UTC"), outcome = c(11.5, 0.1 + 0.2, NA))\n'
            "first <- outcomes_send(url, came)\nagain <- outcomes_send(url, came)\n"
            'cat(first[["new"]], again[["same"]])',
        )
    assert said == "2 2"
    outcomes = OutcomeStore(log, only_read=True)
    kept = [(each.key, each.outcome) for each in outcomes.all()]
    outcomes.close()
    assert kept == [(Outcome.key_of({"a": 1.0}), 11.5), (Outcome.key_of({"a": 2}), 0.1 + 0.2)]
