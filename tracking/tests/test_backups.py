"""Everything that a project keeps comes back from one file, on another computer too; earlier forms are brought up."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.backups import contents
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verbs.registry import verb
from anops_model_interface.codes import Code
from anops_model_interface.prediction_log import Prediction, PredictionStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked

FIRST_FORM = """
CREATE TABLE predictions (
    id INTEGER PRIMARY KEY, request_id TEXT NOT NULL, time REAL NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL,
    digest TEXT NOT NULL, first_row INTEGER NOT NULL, rows INTEGER NOT NULL, options TEXT, inputs TEXT, outputs TEXT
);
CREATE INDEX by_request ON predictions (request_id);
CREATE INDEX by_model ON predictions (digest, time);
CREATE TABLE dropped (time REAL NOT NULL, count INTEGER NOT NULL);
INSERT INTO predictions VALUES (1, 'r1', 1.5, 'm', '1.0.0', 'd', 0, 2, NULL, NULL, NULL);
PRAGMA user_version = 1;
"""
"""What the first AnOps that kept predictions has written."""


def lived(asked: Asked) -> dict[str, str]:
    """Let a project keep something in each of its stores, and return the digest of each file."""
    asked("model register", alias="champion")
    asked("data add", file=asked.folder / "tests/example.csv", name="rows")
    store = PredictionStore(asked.folder / ".anops/predictions.db")
    store.add([Prediction(request_id="r1", time=1.0, model=asked.name, version="0.1.0", digest="d", rows=1)])
    store.close()
    return {}


@pytest.mark.parametrize("language", ["r", pytest.param("python", marks=pytest.mark.long)])
def test_a_project_comes_back_from_a_machine_that_is_gone(
    language: str, project: Callable[[str], Asked], tmp_path: Path, types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project(language)
    lived(asked)
    safe = tmp_path / "safe.anops-backup"
    held = sqlite3.connect(asked.folder / ".anops/predictions.db")  # a service that writes meanwhile
    held.execute("BEGIN IMMEDIATE")
    status, told = types(asked.folder, f"ao backup --to {safe}")
    held.close()
    assert status == 0, told
    shutil.rmtree(asked.folder)  # the machine is gone
    elsewhere = tmp_path / "another computer" / "model"
    status, told = types(tmp_path, f"ao restore {safe} --to '{elsewhere}'")
    assert status == 0, told
    back = type(asked)(elsewhere, asked.name)
    card = back("model show", address=f"{asked.name}@champion").to_dict()
    assert card["digest"], card
    pulled = back("model pull", address=f"{asked.name}@champion", to=tmp_path / "pulled").to_dict()
    assert pulled
    assert (tmp_path / "pulled/ao.toml").read_bytes() == (elsewhere / "ao.toml").read_bytes()
    assert [each["name"] for each in back("data list").to_dict()["datasets"]] == ["rows"]
    assert back("data pull", name="rows", output=tmp_path / "rows.csv")
    store = PredictionStore(elsewhere / ".anops/predictions.db", only_read=True)
    assert [each.request_id for each in store.of_request("r1")] == ["r1"]
    store.close()
    asked_here = str(asked.folder)
    with closing(sqlite3.connect(elsewhere / ".anops/tracking.db")) as database:
        assert not [line for line in database.iterdump() if asked_here in line and "mlruns" not in line]


def test_a_backup_that_was_cut_off_or_altered_is_refused_and_nothing_is_lost(
    project: Callable[[str], Asked], tmp_path: Path
) -> None:
    asked = project("python")
    (asked.folder / ".venv").mkdir()
    (asked.folder / ".venv/large").write_text("made anew")
    (asked.folder / "out").symlink_to("/etc")
    told = asked("backup", to=tmp_path / "b.anops-backup").to_dict()
    assert told["skipped"] == ["out leads out of the project, to /etc"]
    whole = (tmp_path / "b.anops-backup").read_bytes()
    cut = tmp_path / "cut.anops-backup"
    for content in (whole[: len(whole) // 2], b"no backup", b""):
        cut.write_bytes(content)
        with pytest.raises(CommandError, match="is not a complete backup") as refused:
            asked_for(tmp_path / "new", cut)
        assert refused.value.code is Code.STORE_UNUSABLE
        assert not (tmp_path / "new").exists()
    with pytest.raises(CommandError, match="is not empty; nothing was restored"):
        asked_for(asked.folder, tmp_path / "b.anops-backup")
    (asked.folder / "ao.toml").write_text("broken")
    found = asked_for(asked.folder, tmp_path / "b.anops-backup", replace=True)
    assert "iris-species" in (asked.folder / "ao.toml").read_text()
    assert not (asked.folder / ".venv").exists()
    assert (contents.Path(found["kept"]) / "ao.toml").read_text() == "broken"


ELSEWHERE = """
[data]
board = "s3://ana:secret@bucket/rows"

[image]
repository = "registry.example.org/team/iris-species"

[deployment.cluster]
provider = "kubernetes"
model = "iris-species@champion"
keys = "iris-keys"
series_store = "iris-series"

[deployment.dev]
provider = "local"
model = "iris-species@live"
keys = "../keys.toml"
approvers = ["ana"]
approver_keys = "/srv/approvers.toml"
"""


def test_a_backup_names_every_store_that_it_does_not_have(project: Callable[[str], Asked], tmp_path: Path) -> None:
    asked = project("python")
    variables = {"MLFLOW_TRACKING_URI": "https://ana:secret@mlflow.example.org", "ANOPS_HOME": str(tmp_path / "none"),
                 "ANOPS_FEATURE_STORE": "redis://:secret@features:6379/0",
                 "ANOPS_LOG_STORE": "postgresql://ana:secret@log:5432/log"}  # fmt: skip
    with surrounded(Surroundings(variables)):
        assert asked("backup", to=tmp_path / "a.anops-backup").to_dict()["elsewhere"] == [
            "runs and versions of iris-species, at https://mlflow.example.org",
            "predictions and outcomes of iris-species, at postgresql://log:5432/log",
            "values of features of iris-species, at redis://features:6379/0",
        ]
        (asked.folder / "ao.toml").write_text((asked.folder / "ao.toml").read_text() + ELSEWHERE)
        (tmp_path / "none").mkdir()
        told = asked("backup", to=tmp_path / "b.anops-backup").to_dict()["elsewhere"]
    assert told == [
        "runs and versions of iris-species, at https://mlflow.example.org",
        "datasets of iris-species, at s3://bucket/rows",
        "predictions and outcomes of iris-species, at postgresql://log:5432/log",
        "values of features of iris-species, at redis://features:6379/0",
        "images of iris-species, at registry.example.org/team/iris-species",
        "series of iris-species in `cluster`, at the address in its Secret iris-series",
        "keys of callers of iris-species in `cluster`, in its Secret iris-keys",
        "keys of callers of iris-species in `dev`, in ../keys.toml",
        "keys of who approves what comes into `dev`, in /srv/approvers.toml",
        f"providers and workspaces of yours, in {tmp_path / 'none'}",
    ]


def test_each_store_comes_back(tmp_path: Path) -> None:
    places = [place for each in contents.STORES.values() for place in each if place.startswith(".anops/")]
    for place in places:
        file = tmp_path / "cars" / place
        file = file if file.suffix else file / "inside/kept.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".db":
            file.write_text(place)
            continue
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("CREATE TABLE kept AS SELECT ? AS place", (place,))
    known = verb("backup")
    request = known.request(folder=tmp_path / "cars", to=tmp_path / "b.anops-backup")
    counted = known.run(request, Events()).to_dict()["stores"]
    assert set(counted) == set(contents.STORES) - {"jobs"}
    asked_for(tmp_path / "back", tmp_path / "b.anops-backup")
    for place in places:
        file = tmp_path / "back" / place
        if file.suffix != ".db":
            assert (file if file.suffix else file / "inside/kept.json").read_text() == place
            continue
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("SELECT place FROM kept").fetchone() == (place,)


def asked_for(folder: Path, file: Path, **told: Any) -> dict[str, Any]:
    known = verb("restore")
    return dict(known.run(known.request(folder=folder, file=file, **told), Events()).to_dict())


def test_what_an_earlier_anops_has_kept_is_brought_up_to_date(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    file = asked.folder / ".anops/predictions.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(FIRST_FORM)
    state = asked.folder / ".anops/deployments/dev/state.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"format": 1, "serial": 0, "now": None, "history": [], "status": "up", "wanted": None}))
    status, told = types(asked.folder, "ao lineage r1")
    assert "ao upgrade" in told
    status, told = types(asked.folder, "ao upgrade")
    assert status == 0, told
    assert "form 1 → 3" in told
    store = PredictionStore(file)
    assert [(each.request_id, each.rows, each.role) for each in store.of_request("r1")] == [("r1", 2, "")]
    store.close()
    assert list((asked.folder / ".anops").glob("before-upgrade-*.anops-backup"))
    assert asked("upgrade").to_dict()["stores"][0]["was"] == 3
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    status, told = types(asked.folder, "ao upgrade --no-backup")
    assert status != 0
    assert "newer AnOps" in told
