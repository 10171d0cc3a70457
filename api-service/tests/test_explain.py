"""`explain`: the predictions of `POST /predict`, and what each column contributes to them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import OptionSpec
from fake_model_service import FakeModelService
from running_service import run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from anops_model_interface.schema import Schema
    from fake_model_service import Loop
    from running_service import Running

REFERENCE = [
    {"wt": 2.0, "hp": 100, "cyl": 4, "Gear Type": "auto"},
    {"wt": 3.0, "hp": 200, "cyl": 8, "Gear Type": "manual"},
    {"wt": None, "hp": 300, "cyl": 6, "Gear Type": "manual"},
]
ROW = {"wt": 1.5, "hp": 90, "cyl": 6, "Gear Type": "auto"}


async def curved(frame: Frame, _: dict[str, Any]) -> Any:
    """Predict weight by gear and the root of the power; a missing weight is one of 5."""
    wt = np.nan_to_num(frame["wt"].values, nan=5.0)
    manual = frame["Gear Type"].values == "manual"
    found = wt * np.where(manual, 2.0, 1.0) + np.sqrt(frame["hp"].values)
    columns = (Column("prediction", "number", found), Column("lower", "number", found - 1))
    return Frame(columns, frame.rows), ()


@pytest.fixture
def model_service(loop: Loop, cars: Schema) -> Iterator[FakeModelService]:
    service = FakeModelService(loop, cars)
    service.serve(cars, **{"anops.example": json.dumps(REFERENCE)})
    service.behaviour = curved
    service.start()
    yield service
    service.stop()


def ask(http: httpx.Client, rows: list[dict[str, Any]], *, query: str = "", **options: Any) -> httpx.Response:
    return http.post(f"/predict{query}", json={"data": rows} | ({"options": options} if options else {}))


def test_contributions_are_told_beside_the_predictions(http: httpx.Client) -> None:
    answer = ask(http, [ROW, REFERENCE[1]], query="?explain=true").json()
    assert answer["predictions"] == ask(http, [ROW, REFERENCE[1]]).json()["predictions"]
    assert answer["explained_by"] == {"values": "Shapley", "exact": True, "reference_rows": 3}
    roots = np.sqrt([100, 200, 300])
    for told, predicted in zip(answer["explanations"], answer["predictions"], strict=True):
        why = told["prediction"]
        assert why["baseline"] == pytest.approx(np.mean(np.add([2, 6, 10], roots)))
        assert list(why["contributions"]) == list(ROW)
        assert why["baseline"] + sum(why["contributions"].values()) == pytest.approx(predicted["prediction"])
    first = answer["explanations"][0]["prediction"]["contributions"]
    assert first["hp"] == pytest.approx(np.sqrt(90) - roots.mean())
    assert first["cyl"] == 0
    # a light automatic in place of the three: 1.5 for 2 (of 1 by 2), 6 (2 by 3) and 10 (2 by 5), shared between the two
    assert first["wt"] == pytest.approx(np.mean([-0.5, (-3 - 1.5) / 2, (-7 - 3.5) / 2]))
    assert first["Gear Type"] == pytest.approx(np.mean([0, (-3 - 1.5) / 2, (-5 - 1.5) / 2]))


@pytest.mark.parametrize("value", [True, "prediction", "lower"])
def test_it_may_stand_in_the_body_and_name_an_output(http: httpx.Client, value: object) -> None:
    answer = ask(http, [ROW], explain=value, level=0.9).json()
    (told,) = answer["explanations"]
    name = "prediction" if value is True else value
    assert list(told) == [name]
    whole = told[name]["baseline"] + sum(told[name]["contributions"].values())
    assert whole == pytest.approx(answer["predictions"][0][name])


def test_the_model_sees_its_own_options_and_no_other(http: httpx.Client, model_service: FakeModelService) -> None:
    assert ask(http, [ROW], query="?level=0.8&explain=true", exact=True).status_code == 200
    assert {json.dumps(options, sort_keys=True) for _, options in model_service.calls[-2:]} == {
        '{"exact": true, "interval": "none", "level": 0.8}'
    }


def test_false_is_a_prediction_as_any(http: httpx.Client) -> None:
    plain = ask(http, [ROW]).json()
    for answer in (ask(http, [ROW], explain=False), ask(http, [ROW], query="?explain=false")):
        assert {**answer.json(), "request_id": ""} == {**plain, "request_id": ""}


def test_mixtures_are_counted_nowhere(http: httpx.Client, service: Running) -> None:
    seen: list[int] = []
    service.served.measured = lambda _, frame, *__: seen.append(frame.rows)
    assert ask(http, [ROW], explain=True).status_code == 200
    assert seen == [1]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "option `explain` must be true, false or the name of an output, not a number"),
        ("upper", "option `explain` names no output of this answer: it has `prediction`, `lower`, not `upper`"),
    ],
)
def test_what_is_no_output_is_refused(http: httpx.Client, value: object, message: str) -> None:
    answer = ask(http, [ROW], explain=value)
    assert (answer.status_code, answer.json()["code"]) == (422, "OPTION_VALUE")
    assert answer.json()["detail"] == f"Can't predict with model `cars`: {message}."


def test_rows_that_do_not_fit_are_refused_as_ever(http: httpx.Client) -> None:
    answer = ask(http, [{**ROW, "hp": "strong"}], explain=True)
    assert answer.json()["errors"][0]["column"] == "hp"
    wrong_body = http.post("/predict", content=b'{"data": [], "more": 1, "options": {"explain": true}}')
    assert wrong_body.status_code == 422


def test_of_a_class_it_is_told_what_makes_it_that_class(http: httpx.Client, model_service: FakeModelService) -> None:
    async def heavy(frame: Frame, _: dict[str, Any]) -> Any:
        """Tell which is heavy: manual, or above 2.5."""
        heavy = (frame["Gear Type"].values == "manual") | (frame["wt"].values > 2.5)
        found = np.where(heavy, "heavy", "light").astype(object)
        return Frame((Column("prediction", "category", found),), frame.rows), ()

    model_service.behaviour = heavy
    for row, name in ((ROW, "light"), ({**ROW, "wt": 4.0}, "heavy")):
        answer = ask(http, [row], explain=True).json()
        why = answer["explanations"][0]["prediction"]
        assert answer["predictions"] == [{"prediction": name}]
        assert why["of"] == name
        assert why["baseline"] == pytest.approx(1 / 3 if name == "light" else 2 / 3)
        assert why["baseline"] + sum(why["contributions"].values()) == pytest.approx(1)
        assert why["contributions"]["hp"] == 0


def test_where_a_mixture_has_no_prediction_nothing_is_made_up(
    http: httpx.Client, model_service: FakeModelService
) -> None:
    async def gaps(frame: Frame, _: dict[str, Any]) -> Any:
        return Frame((Column("prediction", "number", frame["wt"].values * 1.0),), frame.rows), ()

    model_service.behaviour = gaps
    (told,) = ask(http, [ROW], explain=True).json()["explanations"]
    assert told["prediction"] == {"baseline": None, "contributions": dict.fromkeys(ROW)}


def test_a_model_that_fails_for_a_mixture_says_for_which_row(
    http: httpx.Client, model_service: FakeModelService
) -> None:
    async def picky(frame: Frame, options: dict[str, Any]) -> Any:
        if np.isnan(frame["wt"].values).any():
            raise AnOpsError(Code.MODEL_FAILED, "Model `cars` failed: no weight.")
        return await curved(frame, options)

    model_service.behaviour = picky
    answer = ask(http, [ROW, ROW], explain=True)
    assert answer.status_code == 500
    assert answer.json()["detail"] == (
        "Can't explain the prediction of model `cars` for row 1: where its values are put into the reference rows, "
        "model `cars` failed: no weight."
    )


def test_too_much_is_refused_before_anything_is_predicted(http: httpx.Client, model_service: FakeModelService) -> None:
    before = len(model_service.calls)
    answer = ask(http, [ROW] * 101, explain=True)
    assert "explains 100 rows in a request at most, not 101" in answer.json()["detail"]
    assert len(model_service.calls) == before


@pytest.mark.parametrize("properties", [{"anops.row_independent": "false"}, {"anops.example": ""}])
def test_what_can_not_be_explained_is_told_with_its_remedy(
    loop: Loop, cars: Schema, properties: dict[str, str]
) -> None:
    other = FakeModelService(loop, cars)
    other.serve(cars, **{"anops.example": json.dumps(REFERENCE)} | properties)
    other.start()
    try:
        with run_service(loop, other.url) as running:
            running.wait_until_ready()
            answer = ask(running.http, [ROW], explain=True).json()
    finally:
        other.stop()
    assert answer["code"] == "OPTION_VALUE"
    assert ("row_independent = true" in answer["remedy"]) == ("anops.row_independent" in properties)
    assert ("ao check --data FILE.csv" in answer["remedy"]) == ("anops.example" in properties)


def test_other_formats_say_that_json_explains(http: httpx.Client) -> None:
    csv = http.post(
        "/predict?explain=true", content="wt,hp,cyl,Gear Type\n1,2,4,auto\n", headers={"content-type": "text/csv"}
    )
    assert "option `explain` is for rows in JSON" in csv.json()["detail"]
    other = http.post("/predict?explain=true", json={"data": [ROW]}, headers={"accept": "text/csv"})
    assert "option `explain` is answered in JSON only" in other.json()["detail"]


def test_a_model_with_an_option_of_that_name_keeps_it(loop: Loop, cars: Schema) -> None:
    schema = replace(cars, options={**cars.options, "explain": OptionSpec(type="boolean")})
    other = FakeModelService(loop, schema)
    other.start()
    try:
        with run_service(loop, other.url) as running:
            running.wait_until_ready()
            answer = ask(running.http, [ROW], explain=True).json()
    finally:
        other.stop()
    assert "explanations" not in answer
    assert other.calls[-1][1]["explain"] is True
