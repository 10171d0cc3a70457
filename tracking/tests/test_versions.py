"""Versions of models: kept whole, found again, and never used where they were altered."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.tracking.addresses import address_of
from anops_control.tracking.port import NotKeptError
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.digest import digest_of
from anops_project.project import Project
from anops_tracking.keeper import MlflowKeeper
from anops_tracking.opening import opened
from anops_tracking.tables import QuickKeeper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_version_is_the_whole_project(language: str, project: Callable[[str], Asked]) -> None:
    asked = project(language)
    (asked.folder / "keys.toml").write_text("secret")
    (asked.folder / ".env").write_text("PASSWORD=1")
    made = asked("model register", alias="champion", tags={"reviewed": "yes"})
    assert (made.version.number, made.version.aliases, made.is_new) == (1, ("champion",), True)
    again = asked("model register")
    assert (again.version.number, again.is_new) == (1, False)
    shown = asked("model show", address=f"{asked.name}@champion").to_dict()
    assert (shown["version"], shown["language"], shown["tags"]) == (1, language, {"reviewed": "yes"})
    assert shown["digest"] == digest_of(Project.read(asked.folder))
    pulled = asked("model pull", address=f"models:/{asked.name}/1", to=asked.folder / "copy")
    there = {path.name for path in pulled.folder.rglob("*")}
    assert {"ao.toml", "reference.json"} <= there
    assert not {"keys.toml", ".env", ".anops"} & there
    (only,) = asked("model list").models
    assert dict(only.aliases) == {"champion": 1}


def test_what_is_not_there_is_told_with_what_is_nearest(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    with pytest.raises(CommandError, match="no model `iris-species`") as empty:
        asked("model show", address="iris-species")
    assert empty.value.remedy == "Register the project's model first: ao model register"
    asked("model register", alias="champion")
    for address, message, remedy in (
        ("iris-specis", "no model `iris-specis`", "Did you mean `iris-species`?"),
        ("IRIS-SPECIES", "no model `IRIS-SPECIES`", "Did you mean `iris-species`?"),
        ("iris-species@champoin", "no alias `champoin`", "Did you mean `iris-species@champion`?"),
        ("iris-species@Champion", "no alias `Champion`", "Did you mean `iris-species@champion`?"),
        ("iris-species/7", "no version 7", "Did you mean `iris-species/1`?"),
    ):
        with pytest.raises(CommandError, match=message) as failed:
            asked("model show", address=address)
        assert (failed.value.remedy, failed.value.code) == (remedy, Code.VERSION_NOT_FOUND)
    with pytest.raises(CommandError, match="no run `0123`") as no_run:
        asked("model register", run="0123")
    assert no_run.value.code is Code.RUN_NOT_FOUND


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("demand/v1", "`v1` is not a version"),
        ("demand/0", "`0` is not a version"),
        ("demand/٣", "is not a version"),
        ("demand@v1", "reads as a version"),
        ("demand@3", "reads as a version"),
        ("demand@über", "can't be an alias"),
        ("demand@a b", "can't be an alias"),
        ("a%3Ab", "can't be named"),
        (" ", "can't be named"),
        ("a\nb", "can't be named"),
        ("models:/", "can't be named"),
        (".", "is a folder"),
        ("@champion", "not an address"),
        ("runs:/", "not an address"),
    ],
)
def test_addresses_that_can_not_be_are_refused(address: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        address_of(address)


def test_addresses_are_read() -> None:
    assert address_of("models:/demand@Latest").text == "models:/demand"
    assert address_of("models:/my%20model/3").text == "models:/my model/3"
    assert address_of("models:/Nachfrage Köln@champion").alias == "champion"
    assert address_of("runs:/abc").text == "runs:/abc/model"


@pytest.mark.parametrize("kind", ["altered", "added", "gone", "files gone"])
def test_files_that_are_not_those_registered_are_never_used(kind: str, project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register")
    (kept,) = (asked.folder / ".anops/artifacts").rglob("project")
    if kind == "altered":
        (kept / "model.py").write_text((kept / "model.py").read_text() + "\n# changed\n")
    elif kind == "added":
        (kept / "more.py").write_text("")
    elif kind == "gone":
        (kept / "model.joblib").unlink()
    else:
        shutil.rmtree(kept.parent)
    with pytest.raises(CommandError) as failed:
        asked("model show", address="iris-species/1")
    assert failed.value.code is Code.VERSION_ALTERED


@pytest.mark.parametrize("language", ["r", pytest.param("python", marks=pytest.mark.long)])
def test_a_model_that_was_not_taken_in_is_not_registered(language: str, project: Callable[[str], Asked]) -> None:
    asked = project(language)
    file = asked.folder / ("model.rds" if language == "r" else "model.joblib")
    taken_in = hashlib.sha256(file.read_bytes()).hexdigest()
    toml = asked.folder / "ao.toml"
    toml.write_text(toml.read_text().replace("[model]\n", f'[model]\nsha256 = "{taken_in}"\n', 1))
    fitted = file.read_bytes()
    file.write_bytes(fitted + b"another fit")
    with pytest.raises(AnOpsError, match=rf"`{file.name}` is not the file that was taken in, and is not regist") as no:
        asked("model register", alias="champion")
    assert no.value.problem.code is Code.MODEL_LOAD
    assert "ao refit" in str(no.value.problem.remedy)
    assert asked("model list").to_dict()["models"] == []
    file.write_bytes(fitted)
    assert asked("model register", alias="champion").version.number == 1


def test_a_name_of_ones_own_may_have_spaces_and_accents(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register", name="Größe der Blüte, o'Hara", alias="meine-1")
    shown = asked("model show", address="Größe der Blüte, o'Hara@meine-1")
    assert shown.version.number == 1
    (version,) = asked("model list", model="Größe der Blüte, o'Hara").versions
    assert version.aliases == ("meine-1",)


def test_two_that_register_at_once_lose_nothing(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register")
    command = [sys.executable, "-m", "ao", "model", "register", "--json", "--name", "both"]
    with ThreadPoolExecutor() as pool:
        ended = list(
            pool.map(lambda _: subprocess.run(command, cwd=asked.folder, capture_output=True, check=False), range(2))
        )
    assert [each.returncode for each in ended] == [0, 0], [each.stderr for each in ended]
    numbers = {json.loads(each.stdout)["version"] for each in ended}
    assert {version.number for version in asked("model list", model="both").versions} == numbers


def test_a_server_that_is_away_is_told(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    with (asked.folder / "ao.toml").open("a") as toml:
        toml.write('\n[tracking]\nuri = "http://somebody:secret@127.0.0.1:9"\n')
    with pytest.raises(CommandError, match=r"Can't reach what keeps versions and runs, http://127.0.0.1:9") as failed:
        asked("model list")
    assert "secret" not in str([failed.value.message, *failed.value.details])
    assert failed.value.code is Code.SERVICE_UNREACHABLE


class Refusing(BaseHTTPRequestHandler):
    """A server that lets nobody in, as MLflow's own says it, or as a proxy before it does."""

    body = b""

    def do_GET(self) -> None:
        body = type(self).body
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("body", [b"Permission denied", b'{"detail": "Permission denied"}'])
def test_a_server_that_refuses_is_not_said_to_be_away(project: Callable[[str], Asked], body: bytes) -> None:
    asked = project("python")
    refusing = type("RefusingSo", (Refusing,), {"body": body})
    with ThreadingHTTPServer(("127.0.0.1", 0), refusing) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with (asked.folder / "ao.toml").open("a") as toml:
            toml.write(f'\n[tracking]\nuri = "{address}"\n[deployment.dev]\nprovider = "local"\nmodel = "m@champion"\n')
        try:
            for verb, told in (("model list", {}), ("deploy apply", {"environment": "dev"})):
                with pytest.raises(CommandError, match=rf"keeps versions and runs, {address}, refuses") as failed:
                    asked(verb, **told)
                assert "Permission denied" in failed.value.details[0]
                assert "MLFLOW_TRACKING_TOKEN" in str(failed.value.remedy)
        finally:
            server.shutdown()
    assert not (asked.folder / ".anops/deployments/dev/state.json").exists()


def test_two_that_begin_at_once_make_one_database(tmp_path: Path) -> None:
    look = (
        "import pathlib, sys; from anops_tracking.opening import opened; folder = pathlib.Path(sys.argv[1]); "
        "print(opened(f'sqlite:///{folder}/tracking.db', folder / 'artifacts', 'demand').models())"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", look, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(each.communicate()[0], each.returncode) for each in both] == [(b"[]\n", 0)] * 2


def test_lists_from_the_tables_are_those_of_mlflow(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register", alias="champion", tags={"reviewed": "yes"})
    for number in ("2.0.0", "3.0.0"):
        asked.version(number)
        asked("model register")
    asked("model remove", address=f"{asked.name}/2")
    uri = f"sqlite:///{asked.folder}/.anops/tracking.db"
    quick, whole = opened(uri, None, asked.name), MlflowKeeper(uri, None, asked.name)
    assert isinstance(quick, QuickKeeper)
    whole._client.create_registered_model("it's empty", description="none yet", tags={"team": "north"})  # noqa: SLF001
    assert [each.name for each in quick.models()] == [asked.name, "it's empty"]
    assert quick.models() == whole.models()
    assert [each.number for each in quick.versions(asked.name)] == [3, 1]
    assert quick.versions(asked.name) == whole.versions(asked.name)
    assert quick.versions("it's empty") == []
    assert quick.version(asked.name, 3) == whole.version(asked.name, 3)
    quick.move_alias(asked.name, "champion", 3)
    for note in ("first", "then"):
        quick.tag_model(asked.name, "note", note)
    assert (whole.model(asked.name).aliases, whole.model(asked.name).tags["note"]) == ({"champion": 3}, "then")
    for missing in (
        lambda: quick.model("another"), lambda: quick.version(asked.name, 2),
        lambda: quick.tag_model("another", "a", "b"), lambda: quick.move_alias(asked.name, "champion", 2),
    ):  # fmt: skip
        with pytest.raises(NotKeptError):
            missing()


def test_lists_and_rollbacks_do_not_wait_for_mlflow(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register", alias="champion")
    asked.version("2.0.0")
    asked("model register", alias="champion")
    for words, said in (("list", "python"), ("rollback", "is version 1 again")):
        command = [sys.executable, "-X", "importtime", "-m", "ao", "model", words, "iris-species"]
        told = subprocess.run(command, cwd=asked.folder, capture_output=True, text=True, check=True)
        assert said in told.stdout + told.stderr
        assert "sqlite3" in told.stderr
        assert "mlflow" not in told.stderr
