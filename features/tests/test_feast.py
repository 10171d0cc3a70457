"""A Feast repository answers for features: the rule of freshness is ours, and no row of a history is lost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from anops_control.errors import CommandError
from anops_control.features.feast import newest_in, shown_in
from anops_features.adapter import FEATURES
from anops_model_interface.feast_features import FeastFeatures, absolute
from anops_model_interface.feature_opening import opened
from lent_environment import lent_environment

HERE = Path(__file__).parent
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROWS = [
    {"account_id": 7, "at": (NOW - 3 * HOUR).isoformat(), "balance": 1.5, "cards": 1},
    {"account_id": 7, "at": (NOW - HOUR).isoformat(), "balance": 20.5, "cards": None},
    {"account_id": 8, "at": (NOW - 5 * DAY).isoformat(), "balance": 99.0, "cards": 2},
    {"account_id": 9, "at": (NOW + DAY).isoformat(), "balance": 99.0, "cards": 2},
]
YAML = """
project: loans
provider: local
registry: registry.db
online_store: {type: sqlite, path: online.db}
offline_store: {type: file}
entity_key_serialization_version: 3
"""


def repository(folder: Path) -> Path:
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(YAML)
    (folder / "rows.json").write_text(json.dumps(ROWS))
    return folder


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.long)], scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of a repository: of the real Feast in an environment of its own, or of one that is like it."""
    home = tmp_path_factory.mktemp("feast")
    folder, python = repository(home / "repo"), home / "python"
    if request.param == "real":
        lent_environment(home / "env", "feast==0.67.0")
        python = home / "env" / "bin" / "python"
        subprocess.run([python, HERE / "feast_apply.py"], cwd=folder, check=True, capture_output=True)
    else:
        return of(folder)
    return f"feast:{folder}?python={python}"


@pytest.fixture
def hurt(tmp_path: Path) -> Path:
    """Give the folder of a repository that can be hurt; its Feast is one that is like it."""
    return repository(tmp_path / "repo")


def of(folder: Path) -> str:
    """Return the address of a repository whose Feast is one that is like it."""
    python, fake = folder.with_name("python"), HERE / "support" / "fake_feast"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{fake}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return f"feast:{folder}?python={python}"


@pytest.mark.parametrize(
    ("account", "state", "balance"),
    [(7, "fresh", 20.5), ("7", "fresh", 20.5), (7.0, "fresh", 20.5), (8, "stale", None), (9, "future", None)],
)
def test_what_feast_gives_out_counts_by_our_rule(
    address: str, account: object, state: str, balance: float | None
) -> None:
    told = newest_in(address, ["accounts.balance"], {"account_id": account})["accounts"]
    assert (told["state"], told["values"]) == (state, {"balance": balance})


def test_keys_that_no_entity_has_are_missing(address: str) -> None:
    feast = FeastFeatures(address)
    found = feast.get("accounts", [[10], ["x"], [None], [7.5], [7]])
    feast.close()
    assert found[:4] == [None] * 4
    assert found[4] is not None
    assert found[4][0] == int((NOW - HOUR).timestamp()) * 1_000_000
    assert json.loads(found[4][1]) == {"balance": 20.5, "cards": None}


def test_views_are_shown(address: str) -> None:
    (told,) = shown_in(address, ["accounts"])
    assert (told["entity"], told["ttl"]) == (["account_id"], "172800 s")
    assert told["features"] == {"balance": "Float64", "cards": "Int64"}
    with pytest.raises(CommandError, match="no view `acounts`") as wrong:
        newest_in(address, ["acounts.balance"], {"account_id": 7})
    assert wrong.value.remedy == "Did you mean `accounts`?"
    with pytest.raises(CommandError, match="has no feature `balanc`"):
        newest_in(address, ["accounts.balanc"], {"account_id": 7})
    with pytest.raises(CommandError, match="The key lacks `account_id`"):
        newest_in(address, ["accounts"], {"account": 7})
    with pytest.raises(CommandError, match="`everywhere` has no entity"):
        newest_in(address, ["everywhere"], {"account_id": 7})


def test_no_row_of_a_history_is_lost_or_moved(address: str, tmp_path: Path) -> None:
    times = [NOW - 2 * HOUR, NOW, NOW, NOW, NOW - 4 * HOUR]
    rows = pa.table({
        "loan": [1, 2, 3, 4, 5], "account_id": [7, 8, 7, None, 7], "at": pa.array(times, pa.timestamp("us", tz="UTC")),
    })  # fmt: skip
    pyarrow.parquet.write_table(rows, tmp_path / "rows.parquet")
    told = FEATURES.join_in_feast(
        tmp_path / "rows.parquet", "at", address, ["accounts.balance", "accounts.cards"], tmp_path / "out.csv"
    )
    assert (told["rows"], told["with_values"]) == (5, {"accounts": 2})
    written = pyarrow.csv.read_csv(tmp_path / "out.csv").to_pydict()
    assert written["loan"] == [1, 2, 3, 4, 5]
    assert written["accounts.balance"] == [1.5, None, 20.5, None, None]
    assert written["accounts.cards"] == [1, None, None, None, None]


def test_a_feast_that_hangs_is_ended_and_asked_anew(hurt: Path) -> None:
    feast = FeastFeatures(of(hurt), seconds=1.0)
    assert feast.view("accounts") is not None
    (hurt / "hangs").touch()
    begun = time.monotonic()
    with pytest.raises(OSError, match="did not answer in time"):
        feast.get("accounts", [[7]])
    assert time.monotonic() - begun < 5
    (hurt / "hangs").unlink()
    (hurt / "dies").touch()
    with pytest.raises(OSError, match="has ended"):
        feast.get("accounts", [[7]])
    (hurt / "dies").unlink()
    assert feast.get("accounts", [[7]])[0] is not None
    feast.close()


def test_what_was_asked_is_in_no_message(hurt: Path) -> None:
    feast = FeastFeatures(of(hurt))
    (hurt / "away").touch()
    with pytest.raises(OSError, match=r"ConnectionError$"):
        feast.get("accounts", [[712]])
    feast.close()


def test_a_python_without_feast_is_named(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repo")
    empty = tmp_path / "python"
    empty.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    empty.chmod(0o755)
    with pytest.raises(CommandError, match="No module named 'feast'") as wrong:
        newest_in(f"feast:{folder}?python={empty}", ["accounts"], {"account_id": 7})
    assert "?python=" in str(wrong.value.remedy)
    with pytest.raises(OSError, match=r"no feature_store\.yaml"):
        opened(f"feast:{tmp_path}")
    with pytest.raises(OSError, match="must be `feast:FOLDER`"):
        opened(f"feast:{tmp_path}?pyton=python3")


def test_an_address_is_read_from_the_project(tmp_path: Path) -> None:
    assert (
        absolute("feast:repo?python=env/bin/python", tmp_path)
        == f"feast:{tmp_path}/repo?python={tmp_path}/env/bin/python"
    )
    assert absolute("feast:/srv/repo?python=python3", tmp_path) == "feast:/srv/repo?python=python3"


def test_a_service_with_many_open_files_can_ask(hurt: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
    try:
        with ExitStack() as opened_files:
            for _ in range(1100):
                opened_files.enter_context(Path(os.devnull).open("rb"))
            feast = FeastFeatures(of(hurt))
            assert feast.get("accounts", [[7]])[0] is not None
            feast.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
