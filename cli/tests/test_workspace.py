"""`ao workspace` as a person types it: brought up, used, found again after a crash, taken down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoints
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
import yaml
from anops_experiments.failures import ExperimentError
from anops_experiments.services import DaskSimulationService
from anops_workspaces.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Ao

TOML = """
[experiments.odds]
function = "odds.py:half"
parameters.n = [1, 2, 3]

[experiments.drawn]
function = "drawn.R:draw"
parameters.mean = [0, 10]

[experiments.slow]
function = "odds.py:wait"
parameters.n = [1, 2, 3]
"""
PYTHON = """
import os, time
def half(n):
    return n / 2
def wait(n):
    while n > 1 and not os.path.exists("go"):
        time.sleep(0.02)
    return n
"""
KILLED = """
import os
from pathlib import Path
from anops_workspaces.adapter import WORKSPACES
home = Path(os.environ["ANOPS_HOME"])
WORKSPACES.up("dev", home=home, folder=Path(), provider="local", least=None, most=None,
              doing=lambda _: os.kill(os.getpid(), 9))
"""
NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata:
  name: anops-dev
  labels:
    app.kubernetes.io/managed-by: anops
    anops.dev/workspace: dev
    pod-security.kubernetes.io/enforce: restricted
"""
R = "draw <- function(mean) rnorm(1, mean)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project, and a home for workspaces; whatever is left is taken down."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in (("ao.toml", TOML), ("odds.py", PYTHON), ("drawn.R", R)):
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("ANOPS_HOME", str(tmp_path / "home"))
    yield folder
    if (tmp_path / "home/workspaces/dev").exists():  # a test has failed
        subprocess.run([sys.executable, "-m", "ao", "workspace", "down", "dev"], cwd=folder, check=False)


def told(ao: Ao, *words: str) -> dict[str, Any]:
    answer = ao("workspace", *words, "--json")
    return dict(json.loads(answer.stdout))


def processes_below(home: Path) -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["cmdline"]) if str(home) in " ".join(each.info["cmdline"] or ())]


def test_a_workspace_goes_as_its_messages_say(ao: Ao, project: Path, tmp_path: Path) -> None:
    nothing = ao("workspace", "list", folder=project)
    assert "Bring one up: ao workspace up dev" in nothing.output
    usage = ao("workspace", "scale", "dev")
    assert (usage.exit_code, "Say --min-workers N, --max-workers N, or both." in usage.output) == (2, True)
    lacking = ao("sim", "run", "odds", "--workspace", "dev")
    assert "Bring it up: ao workspace up dev" in lacking.output
    assert lacking.exit_code == 1
    up = ao("workspace", "up", "dev")
    assert "`dev` is up, with 1 worker." in up.output
    assert "ao sim run NAME --workspace dev" in up.output
    assert told(ao, "status", "dev")["workers"] == 1
    assert "3 runs of `odds` are done" in ao("sim", "run", "odds", "--workspace", "dev").output
    drawn = ao("sim", "run", "drawn", "--workspace", "dev")
    assert "2 runs of `drawn` are done" in drawn.output, drawn.output
    assert "is up already, with 1 worker." in ao("workspace", "up", "dev").output
    assert "1 to 3 workers from now on" in ao("workspace", "scale", "dev", "--max-workers", "3").output
    other = ao("workspace", "up", "dev")
    assert "`workers.maximum` is 3, and was asked for as 1." in other.output
    assert "ao workspace down dev" in other.output
    reached = told(ao, "connect", "dev")
    assert reached["address"].startswith("tls://127.0.0.1:")
    assert Path(reached["key"]).stat().st_mode & 0o077 == 0
    assert forwarded(project) == 200
    with DaskSimulationService.from_workspace("dev", project) as service:
        handle = service.submit("odds.py:half", {"n": 5}, seed=1)
        assert service.gather([handle])[0].require().scalars == {"value": 2.5}
    what_is_finished_is_kept_when_it_is_killed(ao, project, tmp_path)
    home = tmp_path / "home"
    mine = processes_below(home)
    assert mine
    assert "`dev` is down." in ao("workspace", "down", "dev").output
    _, alive = psutil.wait_procs(mine, timeout=60)
    assert not alive
    assert not processes_below(home)
    assert [each.name for each in (home / "workspaces").iterdir()] == [".locks"]
    with pytest.raises(ExperimentError, match="There is no workspace `dev`"):
        DaskSimulationService.from_workspace("dev")


def forwarded(project: Path) -> int:
    """Return how the dashboard answers on a port of its own."""
    command = [sys.executable, "-m", "ao", "workspace", "port-forward", "dev", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        url = json.loads(running.stdout.readline())["url"]
        status = httpx.get(url, timeout=60).status_code
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=120) == 0
    return status


def what_is_finished_is_kept_when_it_is_killed(ao: Ao, project: Path, tmp_path: Path) -> None:
    """Kill it while it runs an experiment, and go on."""
    command = [sys.executable, "-m", "ao", "sim", "run", "slow", "--workspace", "dev"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as running:
        try:
            while not done(ao):
                assert running.poll() is None
                time.sleep(0.1)
            mine = processes_below(tmp_path / "home")
            keeper = int((tmp_path / "home/workspaces/dev/keeper.lock").read_text(encoding="ascii"))
            os.kill(keeper, signal.SIGKILL)
            _, said = running.communicate(timeout=300)
        finally:
            running.kill()
    assert running.returncode == 1
    again = "ao workspace up dev && ao sim resume slow --workspace dev"
    assert f"Bring it up again, then go on: {again}" in said
    _, alive = psutil.wait_procs(mine, timeout=60)
    assert not alive  # its workers end with it
    gone = told(ao, "status", "dev")
    assert (gone["state"], gone["why"]) == ("gone", "its scheduler has ended")
    refused = ao("sim", "resume", "slow", "--workspace", "dev")
    assert "The workspace `dev` is gone: its scheduler has ended." in refused.output
    assert "Run: ao workspace up dev" in refused.output
    (project / "go").touch()
    assert "Traceback" not in said
    assert "`dev` is up, with 1 to 3 workers." in ao("workspace", "up", "dev").output  # as it was
    assert "3 runs of `slow` are done" in ao("sim", "resume", "slow", "--workspace", "dev").output


def done(ao: Ao) -> int:
    found = json.loads(ao("sim", "status", "--json").stdout)["experiments"]
    return sum(each["done"] for each in found if each["name"] == "slow")


def test_two_at_once_and_one_that_was_killed_midway(ao: Ao, project: Path, tmp_path: Path) -> None:
    kept = State(tmp_path / "home", "dev")
    with kept.locked():
        second = ao("workspace", "up", "dev", folder=project)
    assert second.exit_code == 1
    assert f"Another `ao` is at work on the workspace `dev` (process {os.getpid()})." in second.output
    assert subprocess.run([sys.executable, "-c", KILLED], cwd=project, check=False).returncode == -signal.SIGKILL
    (found,) = told(ao, "list")["workspaces"]
    assert (found["state"], found["why"]) == ("unfinished", "the `ao` that was working on it has ended")
    assert "`dev` is down." in ao("workspace", "down", "dev").output
    assert not processes_below(tmp_path / "home")
    assert told(ao, "list")["workspaces"] == []


def test_each_stage_is_shown_and_nothing_done(ao: Ao, project: Path, tmp_path: Path) -> None:
    shown = ao("workspace", "up", "dev", "--dry-run", "--max-workers", "2", folder=project)
    assert shown.exit_code == 0
    for stage in ("provider: local", "target: processes", "dashboard_address: 127.0.0.1:0", "Nothing was done."):
        assert stage in shown.output
    assert not (tmp_path / "home").exists()
    (project / "providers").mkdir()
    cluster = "kind: Provider\nprovider: local\nspec: {kubeconfig: ~/.kube/config, context: kind-kind}\n"
    (project / "providers/cluster.yaml").write_text(cluster, encoding="utf-8")
    refused = ao("workspace", "up", "dev", "--provider", "cluster")
    assert refused.exit_code == 1
    assert "kubectl" in refused.output  # which finds no such cluster
    azure = "{subscription_id: x, resource_group: x, location: eastus, aks_cluster: x}"
    (project / "providers/azure.yaml").write_text(f"kind: Provider\nprovider: azure\nspec: {azure}\n", encoding="utf-8")
    assert "ao workspace up dev --provider NAME --dry-run" in ao("workspace", "up", "dev", "--provider", "azure").output
    assert "main.tf.json" in ao("workspace", "up", "dev", "--provider", "azure", "--dry-run").stdout
    assert told(ao, "list")["workspaces"] == []
    objects = told(ao, "up", "dev", "--provider", "cluster", "--dry-run")["form"]["objects"]
    assert objects[0] == yaml.safe_load(NAMESPACE)
    assert "kind: NetworkPolicy" in ao("workspace", "up", "dev", "--provider", "cluster", "--dry-run").stdout


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints(()))
    lacking = ao("workspace", "list", folder=project)
    assert lacking.exit_code == 3
    assert "→ Run: ao extra add workspaces" in lacking.output
