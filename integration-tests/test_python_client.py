"""`anops.Client` gives back what was sent, in its types, from models in both languages."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Any

import anops
import numpy as np
import pandas as pd
import pytest
from anops import arrow_frames
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = """
"x (cm)" = { type = "number", missing = "allow" }
n = { type = "integer", missing = "allow" }
yes = { type = "boolean", missing = "allow" }
word = { type = "string", missing = "allow" }
size = { type = "category", levels = ["small", "tall", "NA"], ordered = true, missing = "allow" }
day = { type = "date", missing = "allow" }
at = { type = "datetime", timezone = "Europe/Berlin", missing = "allow" }
"""

INDEX = pd.Index(["a", "b", "c"], name="who")
ROWS = pd.DataFrame(
    {
        "x (cm)": [1.5, np.nan, -np.inf],
        "n": pd.array([1, None, 3], dtype="Int64"),
        "yes": pd.array([True, None, False], dtype="boolean"),
        "word": ["ja", None, 'größer, "so"'],
        "size": pd.Categorical(["tall", None, "NA"], ["small", "tall", "NA"], ordered=True),
        "day": pd.to_datetime(["2026-11-23", None, "1969-07-20"]),
        "at": pd.to_datetime(["2026-03-29 03:30", None, "1969-07-20 20:17:40.5"], format="ISO8601").tz_localize(
            "Europe/Berlin"
        ),
    },
    index=INDEX,
)


@pytest.fixture(scope="module", params=["python", "r"])
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[anops.Client]:
    project = write_project(
        tmp_path_factory.mktemp("echo") / "p", request.param, "echo", inputs=COLUMNS, outputs=COLUMNS
    )
    with serving(project) as stack, anops.Client(str(stack.client.base_url)) as client:
        yield client


def test_every_type_comes_back_as_it_went_with_its_index(echo: anops.Client) -> None:
    answer = echo.predict(ROWS)
    expected = ROWS.astype({"day": "datetime64[ns]", "at": "datetime64[ns, Europe/Berlin]"})
    pd.testing.assert_frame_equal(answer, expected, check_dtype=False)
    assert {name: str(dtype) for name, dtype in answer.dtypes.items()} == {
        "x (cm)": "float64",
        "n": "Int64",
        "yes": "boolean",
        "word": "object",
        "size": "category",
        "day": "datetime64[ns]",
        "at": "datetime64[ns, Europe/Berlin]",
    }
    assert answer["size"].cat.ordered


def test_many_rows_go_in_arrow_and_come_back_as_in_json(echo: anops.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    many = pd.concat([ROWS] * 500, ignore_index=True)
    assert arrow_frames.arrow_body(many, echo.model["schema"]["inputs"]) is not None
    in_arrow = echo.predict(many)
    monkeypatch.setattr(arrow_frames, "arrow_body", lambda *_: None)
    pd.testing.assert_frame_equal(in_arrow, echo.predict(many))
    pd.testing.assert_frame_equal(in_arrow.iloc[:3].set_index(INDEX), echo.predict(ROWS))


@pytest.mark.parametrize("kind", ["numpy_nullable", "pyarrow"])
def test_nullable_and_arrow_backed_columns_come_back_too(echo: anops.Client, kind: Any) -> None:
    many = pd.concat([ROWS] * 500, ignore_index=True).replace({"x (cm)": -np.inf}, 2.0)
    pd.testing.assert_frame_equal(echo.predict(many.convert_dtypes(dtype_backend=kind)), echo.predict(many))


def test_a_fault_among_many_rows_is_told_with_its_row(echo: anops.Client) -> None:
    many = pd.concat([ROWS] * 500, ignore_index=True).astype({"size": object})
    many.loc[1201, "size"] = "huge"
    with pytest.raises(anops.DataError) as caught:
        echo.predict(many)
    assert (caught.value.columns, caught.value.rows) == (("size",), (1201,))
    with pytest.raises(anops.DataError) as caught:
        echo.predict(many.assign(n=[7, "seven"] * 750, size="tall"))
    assert caught.value.columns == ("n",)


def test_the_async_client_gets_the_same_with_several_calls_under_way(echo: anops.Client) -> None:
    many = pd.concat([ROWS] * 500, ignore_index=True)

    async def ask() -> list[pd.DataFrame]:
        async with anops.AsyncClient(echo.url, rows_per_request=400) as client:
            return await asyncio.gather(client.predict(ROWS), client.predict(many), client.predict(ROWS))

    few, all_rows, again = asyncio.run(ask())
    pd.testing.assert_frame_equal(few, echo.predict(ROWS))
    pd.testing.assert_frame_equal(again, few)
    pd.testing.assert_frame_equal(all_rows, echo.predict(many))


def test_no_rows_come_back_as_no_rows_in_the_declared_columns(echo: anops.Client) -> None:
    answer = echo.predict(ROWS.iloc[:0])
    assert list(answer.columns) == list(ROWS.columns)
    assert answer.index.equals(INDEX[:0])


def test_a_column_that_is_no_input_is_left_out_in_silence(echo: anops.Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = echo.predict(ROWS.assign(target=1))
    assert list(answer.columns) == list(ROWS.columns)


def test_a_misspelt_column_is_an_error_that_names_the_one_that_was_meant(echo: anops.Client) -> None:
    with pytest.raises(anops.DataError, match="is `x_cm` meant to be it") as caught:
        echo.predict(ROWS.rename(columns={"x (cm)": "x_cm"}))
    assert (caught.value.code, caught.value.columns) == ("COLUMN_MISSING", ("x (cm)",))


def test_what_does_not_fit_is_an_error_with_its_rows_and_columns(echo: anops.Client) -> None:
    wrong = ROWS.assign(size=["tall", "huge", "tiny"])
    with pytest.raises(anops.DataError) as caught:
        echo.predict(wrong)
    assert (caught.value.code, caught.value.status) == ("COLUMN_LEVEL", 422)
    assert (caught.value.columns, caught.value.rows) == (("size",), (1, 2))
    assert wrong.iloc[list(caught.value.rows)]["size"].tolist() == ["huge", "tiny"]
    assert caught.value.request_id


def test_an_unknown_option_is_an_error(echo: anops.Client) -> None:
    with pytest.raises(anops.DataError, match="option `interval` is unknown"):
        echo.predict(ROWS, interval="prediction")


def test_a_hundred_thousand_rows_come_back_in_their_order(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "python", "sum", row_independent=True)
    rows = pd.DataFrame({"a": np.arange(100_000.0), "b": 0.5})
    with serving(project) as stack, anops.Client(str(stack.client.base_url), rows_per_request=30_000) as client:
        answer = client.predict(rows)
        with pytest.raises(anops.DataError) as caught:
            client.predict(rows.assign(b=rows.b.where(rows.a != 70_000)))
    np.testing.assert_array_equal(answer["prediction"], rows.a + 0.5)
    assert caught.value.rows == (70_000,)


def test_a_model_that_failed_raises_what_it_said(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "python", "fails")
    with (
        serving(project) as stack,
        anops.Client(str(stack.client.base_url)) as client,
        pytest.raises(anops.ModelError, match="no such gear") as caught,
    ):
        client.predict({"a": [1], "b": [2]})
    assert caught.value.code == "MODEL_FAILED"
    assert "raise ValueError" in (caught.value.call or "")


def test_a_warning_of_the_model_is_a_warning_here(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "python", "warns")
    with (
        serving(project) as stack,
        anops.Client(str(stack.client.base_url)) as client,
        pytest.warns(anops.PredictionWarning, match="far from the data"),
    ):
        answer = client.predict([{"a": 1, "b": 2}])
    assert answer["prediction"].tolist() == [3]
    assert answer.attrs["warnings"][0]["call"].startswith("model.py:2")
