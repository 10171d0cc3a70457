"""CSV without names, as SageMaker's clients send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

ROWS = "2.5,110,6,auto\n3,93,4,manual\n"
NAMED = f"wt,hp,cyl,Gear Type\n{ROWS}"


def ask(
    http: httpx.Client, content: str | bytes, kind: str = "text/csv", path: str = "/invocations", accept: str = "*/*"
) -> httpx.Response:
    return http.post(path, content=content, headers={"content-type": kind, "accept": accept})


@pytest.mark.parametrize(
    "content", [ROWS, ROWS.rstrip(), ROWS.replace("\n", "\r\n"), "\ufeff" + ROWS, '"2.5",110,6,"auto"\n3,93,4,manual']
)
def test_rows_without_names_are_the_models_columns_in_their_order(http: httpx.Client, content: str) -> None:
    answer = ask(http, content.encode())
    assert answer.json() == {"predictions": [118.5, 100.0]}, answer.text


def test_the_answer_in_csv_has_names_where_the_rows_have(http: httpx.Client) -> None:
    bare, named = ask(http, ROWS, accept="text/csv"), ask(http, NAMED, accept="text/csv")
    assert bare.text == "118.5\n100.0\n"
    assert "header=absent" in bare.headers["content-type"]
    assert named.text == "prediction\n118.5\n100.0\n"


def test_predict_takes_them_where_the_media_type_says_so(http: httpx.Client) -> None:
    answer = ask(http, ROWS, "text/csv; header=absent", "/predict")
    assert [row["prediction"] for row in answer.json()["predictions"]] == [118.5, 100.0]
    assert ask(http, ROWS, "text/csv", "/predict").status_code == 422


def test_names_are_names_where_the_media_type_says_so(http: httpx.Client) -> None:
    assert ask(http, ROWS, "text/csv; header=present").status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("2.5,110,6\n", "its first row has 3 values, the model has 4 columns"),
        ("0,1,2,3\n2.5,110,6,auto\n", "may be a row, or the names"),
        ("weight,power,cylinders,gears\n2.5,110,6,auto\n", "column `wt` is missing"),
        ("2.5,110,6,auto\n3,potato,4,manual\n", "row 2 is"),
    ],
)
def test_what_can_not_be_told_is_refused(http: httpx.Client, content: str, words: str) -> None:
    answer = ask(http, content)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
