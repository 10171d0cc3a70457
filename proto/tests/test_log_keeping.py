from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.log_file import LogPlace, is_there, log_place, shown, size_of
from anops_model_interface.log_keeping import forget, prune
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Failure, Fit, Prediction, PredictionStore, Summary
from postgresql_server import empty_database, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    """Where a log is, in a file or in a database."""
    return tmp_path / "log.db" if request.param == "sqlite" else empty_database(request.getfixturevalue("server"))


def keep(place: LogPlace, *requests: tuple[str, float, list[dict[str, object]]]) -> None:
    store = PredictionStore(place)
    store.add(
        Prediction(request_id=name, time=time, model="m", version="1", digest="", rows=len(rows), options="{}",
                   inputs=json.dumps(rows), outputs=json.dumps([{"prediction": 1.0} for _ in rows]))
        for name, time, rows in requests
    )  # fmt: skip
    store.close()


def requests_in(place: LogPlace) -> list[str]:
    store = PredictionStore(place, only_read=True)
    found = [each.request_id for each in store.between(0, 1e12)]
    store.close()
    return found


def tell(place: LogPlace, *outcomes: Outcome) -> None:
    store = OutcomeStore(place)
    store.add(outcomes, received=10)
    store.close()


def outcomes_in(place: LogPlace) -> list[object]:
    store = OutcomeStore(place, only_read=True)
    found = [each.outcome for each in store.all()]
    store.close()
    return found


def test_what_is_old_goes_with_its_outcomes(place: LogPlace) -> None:
    keep(place, ("old", 100, [{"x": 1}]), ("new", 200, [{"x": 2}]))
    tell(place, Outcome(outcome=1, time=100, request_id="old"), Outcome(outcome=2, time=200, request_id="new"))
    assert prune(place, before=150) == 1
    assert requests_in(place) == ["new"]
    assert outcomes_in(place) == [2]
    assert prune(place, before=150) == 0


def test_of_a_log_that_is_too_large_the_oldest_go_and_its_file_shrinks(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(file, *((f"r{n}", 1000 - n, [{"text": "x" * 1000}]) for n in range(1000)))
    before = file.stat().st_size
    assert prune(file, most_bytes=500_000) > 0
    left = requests_in(file)
    assert 0 < len(left) < 600
    assert left == [f"r{n}" for n in range(len(left))]  # by their times, not by when they were kept
    assert file.stat().st_size < 0.7 * before


def test_a_person_is_forgotten_and_leaves_no_trace(place: LogPlace, tmp_path: Path) -> None:
    keep(
        place,
        ("both", 100, [{"who": "Ada Lovelace", "x": 1}, {"who": "Grace Hopper", "x": 2}]),
        ("alone", 101, [{"who": "Ada Lovelace", "x": 3}]),
        ("other", 102, [{"who": "Grace Hopper", "x": 4}]),
    )
    tell(
        place,
        Outcome(outcome=1, time=1, request_id="both", row=0),
        Outcome(outcome=2, time=2, request_id="both", row=1),
        Outcome(outcome=3, time=3, key=Outcome.key_of({"who": "Ada Lovelace"})),
    )
    found = forget(place, key={"who": "Ada Lovelace"})
    assert (found.rows, found.outcomes) == (2, 2)
    assert requests_in(place) == ["both", "other"]
    assert outcomes_in(place) == [2]
    store = PredictionStore(place, only_read=True)
    (left,) = store.of_request("both")
    store.close()
    assert json.loads(left.inputs or "") == [None, {"who": "Grace Hopper", "x": 2}]
    for each in tmp_path.iterdir():
        assert b"Lovelace" not in each.read_bytes(), each


def test_a_request_is_forgotten(place: LogPlace) -> None:
    keep(place, ("a", 100, [{"x": 1}]), ("b", 101, [{"x": 2}, {"x": 2}]))
    tell(place, Outcome(outcome=1, time=1, request_id="b", row=1))
    found = forget(place, request_id="b")
    assert (found.rows, found.outcomes) == (2, 1)
    assert requests_in(place) == ["a"]
    assert forget(place, request_id="b").to_dict() == {"rows": 0, "outcomes": 0}


@pytest.mark.parametrize("key", [{"x": 17}, {"x": 17.0}])
def test_a_number_is_the_same_whole_or_not(key: dict[str, object], place: LogPlace) -> None:
    keep(place, ("a", 100, [{"x": 17.0}]))
    assert forget(place, key=key).rows == 1


def test_what_was_kept_is_read_as_it_was(place: LogPlace) -> None:
    asked = [
        Prediction(request_id=f"{n:04d}", time=1.5 + n / 8, model="m", version="1", digest="d", rows=2, first_row=n,
                   options="{}", inputs='[{"x":"é \\u0000 %s ?"}]', outputs=None, warnings="[]", unit="u")
        for n in range(300)
    ]  # fmt: skip
    store = PredictionStore(place)
    failure = Failure(request_id="f", time=3.0, model="m", version="2", code="TIMEOUT")
    store.add(asked, dropped=3, time=2.0, failures=[failure])
    store.add([], dropped=4, time=3.0)
    assert list(store.between(0, 1e12)) == asked
    assert list(store.between(2.0, 2.5, "d")) == asked[4:8]
    assert list(store.between(0, 1e12, role="shadow")) == []
    assert store.of_request("0007") == [asked[7]]
    assert store.nearest("000", 3) == ["0009", "0008", "0007"]
    assert (store.dropped(), store.failures(0)) == (7, [("2", "TIMEOUT", 1)])
    assert store.of_model("d") == Summary(300, 600, 1.5, 1.5 + 299 / 8)
    assert store.of_model("e") is None
    assert store.fits() == [Fit("m", "1", "d", Summary(300, 600, 1.5, 1.5 + 299 / 8), 600)]
    store.close()


def test_an_outcome_told_again_counts_once_and_the_last_value_holds(place: LogPlace) -> None:
    keep(place, ("a", 100, [{"x": 1}, {"x": 2}]))
    outcomes = [
        Outcome(outcome=True, time=1, request_id="a", row=1),
        Outcome(outcome="é", time=2, key=Outcome.key_of({"who": 17.0})),
        Outcome(outcome=1.5, time=3, request_id="a", row=2),
    ]
    store = OutcomeStore(place)
    told = store.add(outcomes, received=10)
    again = store.add([outcomes[0], Outcome(outcome=2.5, time=4, request_id="a", row=2)], received=11)
    found, count = [(each.outcome, each.row, each.key) for each in store.all()], store.count()
    store.close()
    assert told.to_dict() == {"new": 3, "changed": 0, "same": 0, "unknown": 1, "examples": ["a row 3"]}
    assert again.to_dict() == {"new": 0, "changed": 1, "same": 1, "unknown": 1, "examples": ["a row 3"]}
    assert (found, count) == ([(True, 1, None), ("é", 0, '{"who":17}'), (2.5, 2, None)], 3)


def test_all_of_a_request_is_kept_or_nothing(place: LogPlace) -> None:
    store = PredictionStore(place)
    good = Prediction(request_id="a", time=1, model="m", version="1", digest="", rows=1)
    bad = Failure(request_id="f", time=3.0, model="m", version="2", code=None)  # type: ignore[arg-type]
    with pytest.raises(OSError, match=r"(?i)not.null"):
        store.add([good], failures=[bad])
    store.add([good])
    assert list(store.between(0, 10)) == [good]
    store.close()


def test_a_place_is_a_file_or_a_database_and_its_password_is_not_shown() -> None:
    assert log_place("logs/a.db") == Path("logs/a.db")
    assert (
        log_place("postgresql://ada:secret@db:5432/log?password=x") == "postgresql://ada:secret@db:5432/log?password=x"
    )
    assert shown("postgresql://ada:secret@db:5432/log?password=x") == "postgresql://db:5432/log"
    with pytest.raises(ValueError, match="not one of mysql"):
        log_place("mysql://db/log")


def test_a_database_that_does_not_answer_is_told() -> None:
    with pytest.raises(OSError, match=r"PostgreSQL: .*refused") as told:
        PredictionStore("postgresql://ada:secret@127.0.0.1:9/log")
    assert "secret" not in str(told.value)


def test_a_server_that_was_started_again_is_used_again(server: str) -> None:
    import psycopg  # noqa: PLC0415

    address = empty_database(server)
    store = PredictionStore(address)
    asked = [Prediction(request_id=name, time=1, model="m", version="1", digest="", rows=1) for name in "ab"]
    store.add(asked[:1])
    with psycopg.connect(server, autocommit=True) as other:  # what a stop of the server does to its connections
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                      "AND application_name = 'anops'")  # fmt: skip
    with pytest.raises(OSError, match="terminat"):
        store.add(asked[1:])
    store.add(asked[1:])
    assert list(store.between(0, 10)) == asked
    assert (is_there(address), is_there(empty_database(server)), size_of(address) > 0) == (True, False, True)
    store.close()


def test_two_services_make_the_tables_of_a_database_at_once(server: str) -> None:
    address = empty_database(server)
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(PredictionStore, [address] * 4):
            store.close()
