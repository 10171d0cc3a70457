"""A registered version is brought into service, replaced and taken back with no request lost, and ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
from anops_control.deploying.record import Record
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Asked

DEV = """
[deployment.dev]
provider = "local"
model = "{name}@champion"
port = 0
workers = 1
replicas = {replicas}
strategy = "{strategy}"
"""

LIVE = """
[deployment.live]
provider = "local"
model = "iris-species@live"
port = 0
workers = 1

[deployment.cluster]
provider = "kubernetes"
model = "iris-species@champion"
"""


class Load:
    """Callers that ask all the time, on a connection for each request: one that is kept may close under a request."""

    def __init__(self, url: str, rows: bytes) -> None:
        self.url = url
        self.rows = rows
        self.answers: list[tuple[int, str]] = []
        self.failed: list[str] = []
        self._end = threading.Event()

    def ask(self) -> None:
        headers = {"Content-Type": "text/csv", "Connection": "close"}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60, headers=headers) as client:
            while not self._end.is_set():
                try:
                    answer = client.post("/predict", content=self.rows)
                except httpx.HTTPError as error:
                    self.failed.append(repr(error))
                else:
                    time.sleep(0.01)
                    self.answers.append((answer.status_code, answer.headers.get("X-Model-Version", "")))

    @contextmanager
    def running(self) -> Iterator[Load]:
        with ThreadPoolExecutor(2) as pool:
            asks = [pool.submit(self.ask) for _ in range(2)]
            try:
                self.more(20)
                yield self
                self.more(20)
            finally:
                self._end.set()
        for each in asks:
            each.result()

    def more(self, count: int) -> None:
        """Wait until so many more answers have come."""
        wanted = len(self.answers) + count
        while len(self.answers) < wanted and not self.failed:
            time.sleep(0.01)


def deployed(asked: Asked, *, replicas: int = 1, strategy: str = "rolling") -> None:
    """Give a project an environment."""
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(DEV.format(name=asked.name, replicas=replicas, strategy=strategy))


def state_of(asked: Asked) -> dict[str, Any]:
    (told,) = asked("deploy status", environment="dev").to_dict()["environments"]
    return dict(told)


@pytest.fixture
def taken_down() -> Iterator[list[Asked]]:
    """Projects whose environments are taken down in the end."""
    projects: list[Asked] = []
    yield projects
    for each in projects:
        if (each.folder / ".anops/deployments/dev").is_dir():
            each("deploy down", environment="dev")


@pytest.mark.parametrize(("language", "strategy"), [("r", "blue-green"), ("python", "rolling")])
def test_no_request_is_lost_from_the_first_version_to_the_next_and_back(
    language: str, strategy: str, project: Callable[[str], Asked], taken_down: list[Asked]
) -> None:
    asked = project(language)
    taken_down.append(asked)
    deployed(asked, strategy=strategy)
    asked("model register", alias="champion")
    plan = asked("deploy plan", environment="dev").to_dict()
    assert plan["action"] == "create"
    assert state_of(asked)["state"] == "down"
    up = asked("deploy apply", environment="dev", plan=plan["plan"]).to_dict()
    rows = (asked.folder / "tests/example.csv").read_bytes()
    url = up["connection"]["url"]
    with Load(url, rows).running() as load:
        asked.version("0.2.0")
        asked("model register", alias="champion")
        plan = asked("deploy plan", environment="dev").to_dict()
        assert {"key": "model.version", "was": "0.1.0", "becomes": "0.2.0"} in plan["changes"]
        assert asked("deploy apply", environment="dev").to_dict()["connection"]["url"] == url
        load.more(20)
        assert httpx.get(f"{url}/model", trust_env=False, timeout=60).json()["version"] == "0.2.0"
        assert asked("deploy rollback", environment="dev").to_dict()["ir"]["model"]["version"] == "0.1.0"
        load.more(20)
    assert not load.failed
    assert {status for status, _ in load.answers} == {200}
    told = state_of(asked)
    assert (told["state"], told["model"]["version"], told["drift"]) == ("up", "0.1.0", [])
    assert [each["how"] for each in told["history"]] == ["apply", "apply", "rollback to 1"]
    processes = [each for copy in told["replicas"] for each in copy["processes"]]
    asked("deploy down", environment="dev")
    assert not any(psutil.pid_exists(each) for each in processes)
    assert state_of(asked)["state"] == "down"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/model", trust_env=False, timeout=60)


@pytest.mark.long
@pytest.mark.parametrize("language", ["r", "python"])
def test_no_request_is_lost_as_copies_come_and_go(
    language: str, project: Callable[[str], Asked], taken_down: list[Asked]
) -> None:
    asked = project(language)
    taken_down.append(asked)
    deployed(asked)
    asked("model register", alias="champion")
    url = asked("deploy apply", environment="dev").to_dict()["connection"]["url"]
    with Load(url, (asked.folder / "tests/example.csv").read_bytes()).running() as load:
        copies = "1"
        for wanted in ("3", "2", "1"):
            toml = asked.folder / "ao.toml"
            toml.write_text(toml.read_text().replace(f"replicas = {copies}\n", f"replicas = {wanted}\n"))
            copies = wanted
            assert asked("deploy apply", environment="dev").to_dict()["connection"]["url"] == url
            assert len(state_of(asked)["replicas"]) == int(wanted)
            load.more(50)
    sys.stdout.write(f"\nmeasured: copies come and go {language}: {len(load.answers)} answers, {load.failed} failed\n")
    assert not load.failed
    assert {status for status, _ in load.answers} == {200}


KILLED = """
import os, sys
from pathlib import Path
from anops_control.deploying.record import Record
record = Record(Path(sys.argv[1]), "dev")
with record.locked():
    record.begin(Record.ir_of(record.require()))
    os.kill(os.getpid(), 9)
"""


def wait_until(state: str, asked: Asked) -> None:
    """Wait until the environment is in a state."""
    end = time.monotonic() + 120
    while state_of(asked)["state"] != state:
        assert time.monotonic() < end, state_of(asked)
        time.sleep(0.2)


def refused(asked: Asked, verb: str, **told: Any) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        asked(verb, environment="dev", **told)
    return refusal.value


def test_an_environment_goes_as_its_messages_say(
    project: Callable[[str], Asked],
    taken_down: list[Asked],
    types: Callable[[Path, str], tuple[int, str]],
) -> None:
    asked = project("python")
    taken_down.append(asked)
    deployed(asked)
    asked("model register", alias="champion")
    assert "Bring it up: ao deploy apply dev" in types(asked.folder, "ao deploy logs dev")[1]
    seen = asked("deploy plan", environment="dev").to_dict()["plan"]
    asked.version("0.2.0")
    asked("model register", alias="champion")
    error = refused(asked, "deploy apply", plan=seen)  # the alias has moved
    assert error.code is Code.PLAN_OUTDATED
    assert "`model.number` was planned as 1, and is 2 now." in error.details
    assert state_of(asked)["state"] == "down"
    status, told = types(asked.folder, "ao deploy apply dev")
    assert (status, "runs iris-species/2 (version 0.2.0" in told) == (0, True), told
    assert "there is nothing to do" in types(asked.folder, "ao deploy plan dev")[1]
    assert "answers with version 0.2.0" in types(asked.folder, "ao deploy logs dev")[1]
    _altered_by_hand(asked)
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(LIVE)
    status, told = types(asked.folder, "ao deploy promote dev --to live --no-checks")
    assert (status, "`live` runs iris-species/2 (version 0.2.0" in told) == (0, True), told
    assert types(asked.folder, "ao deploy down live")[1] == "✔ `live` is down.\n"
    assert types(asked.folder, "ao deploy render cluster --to out")[0] == 0
    assert "iris-species:0.2.0" in (asked.folder / "out/overlays/cluster/deployment-patch.yaml").read_text()
    record = Record(asked.folder, "dev")
    with record.locked():  # another `ao`
        error = refused(asked, "deploy apply")
        assert error.code is Code.DEPLOYMENT_BUSY
        assert f"(process {os.getpid()})" in error.message
    killed = subprocess.run([sys.executable, "-c", KILLED, asked.folder], check=False)
    assert killed.returncode == -signal.SIGKILL
    told = types(asked.folder, "ao deploy status")[1]
    assert "dev: unfinished (the `ao` that changed it has ended)" in told
    assert asked("deploy apply", environment="dev").to_dict()["action"] == "repair"
    assert types(asked.folder, "ao deploy down dev")[1] == "✔ `dev` is down.\n"


def _altered_by_hand(asked: Asked) -> None:
    """Alter the two files that `ao` alone writes: what answers goes on, and is taken over."""
    record, now = Record(asked.folder, "dev"), state_of(asked)
    (record.place / "form.json").write_text('{"replicas": ')
    end = time.monotonic() + 120
    while "form.json can't be used" not in (record.place / "log.txt").read_text():
        assert time.monotonic() < end
        time.sleep(0.1)
    told = state_of(asked)
    assert (told["state"], told["replicas"]) == ("drifted", now["replicas"])
    assert told["drift"] == ["form.json, which its processes follow, was altered by hand and can't be read."]
    state = record.place / "state.json"
    state.write_text('{"format": 2, "serial": 1}')
    for verb in ("deploy apply", "deploy rollback", "deploy down"):
        assert f"rm {state} && ao deploy apply dev" in (refused(asked, verb).remedy or "")
    state.unlink()
    assert asked("deploy apply", environment="dev").to_dict()["action"] == "create"
    told = state_of(asked)
    assert (told["state"], told["replicas"]) == ("up", now["replicas"])


@pytest.mark.long  # five copies are started
def test_what_was_changed_by_hand_or_has_died_is_found_and_mended(
    project: Callable[[str], Asked],
    taken_down: list[Asked],
    types: Callable[[Path, str], tuple[int, str]],
) -> None:
    asked = project("python")
    taken_down.append(asked)
    deployed(asked)
    asked("model register", alias="champion")
    asked("deploy apply", environment="dev")
    record = Record(asked.folder, "dev")
    url = state_of(asked)["url"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        toml = (asked.folder / "ao.toml").read_text()
        (asked.folder / "ao.toml").write_text(toml.replace("port = 0", f"port = {taken.getsockname()[1]}"))
        error = refused(asked, "deploy apply")
        assert f"another program has the port {taken.getsockname()[1]}." in error.message
        assert "Name another `port`" in (error.remedy or "")
        assert "The previous version keeps answering." in error.details
    (asked.folder / "ao.toml").write_text(toml)
    told = state_of(asked)
    assert (told["state"], told["url"]) == ("up", url)

    os.kill(told["replicas"][0]["processes"][0], signal.SIGKILL)  # a copy that dies comes again by itself
    end = time.monotonic() + 120
    while [each["name"] for each in state_of(asked)["replicas"]] in ([], [told["replicas"][0]["name"]]):
        assert time.monotonic() < end
        time.sleep(0.2)
    wait_until("up", asked)
    form = json.loads((record.place / "form.json").read_text())
    (record.place / "form.json").write_text(json.dumps(form | {"workers": 2}))
    wait_until("drifted", asked)
    assert "`workers` is 2, and was brought up as 1." in types(asked.folder, "ao deploy status")[1]
    assert asked("deploy apply", environment="dev").to_dict()["action"] == "repair"
    assert state_of(asked)["drift"] == []

    os.kill(int((record.place / "keeper.lock").read_text()), signal.SIGKILL)
    wait_until("gone", asked)
    assert asked("deploy apply", environment="dev").to_dict()["action"] == "repair"
    assert state_of(asked)["state"] == "up"
    assert types(asked.folder, "ao deploy down dev")[1] == "✔ `dev` is down.\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f'keys = "ao_{"Xj" * 21}Z"', "`deployment.dev.keys` holds a key of AnOps."),
        ('keys = "keys.toml"\napi_key = "x"', "`deployment.dev.api_key` is a secret by its name."),
        ('host = "0.0.0.0"', "must name its `keys`, or say `allow_anyone`"),
        ('memory = "2 GB"', "can't have `memory`: processes of this computer are given none"),
        ("copies = 3", "`deployment.dev.copies` is not known."),
    ],
)
def test_an_environment_that_can_not_be_is_refused(
    written: str, said: str, project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(f'\n[deployment.dev]\nprovider = "local"\nmodel = "iris-species"\n{written}\n')
    for command in ("plan dev", "apply dev", "status", "down dev"):
        status, told = types(asked.folder, f"ao deploy {command}")
        assert status != 0
        assert said in " ".join(told.replace("│", " ").split()), told


def test_an_environment_that_can_not_be_looked_at_hides_no_other(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    deployed(asked)
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(LIVE)
    state = asked.folder / ".anops/deployments/dev/state.json"
    state.parent.mkdir(parents=True)
    state.write_text("{")
    found = asked("deploy status").to_dict()["environments"]
    assert {each["environment"]: each["state"] for each in found} == {
        "cluster": "down", "dev": "unknown", "live": "down",
    }  # fmt: skip
    status, told = types(asked.folder, "ao deploy status")
    assert (status, "live: down" in told, "dev: unknown" in told) == (0, True, True)
    assert f"rm {state} && ao deploy apply dev" in told.replace("\n", " ")
    assert refused(asked, "deploy status").code is Code.DEPLOYMENT_FAILED


def test_an_environment_that_is_not_there_is_told(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    deployed(asked)
    assert "Did you mean `dev`?" in types(asked.folder, "ao deploy plan def")[1]
    assert "ao model register" in types(asked.folder, "ao deploy plan dev")[1]
