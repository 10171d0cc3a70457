"""Bundles of experiments in a real registry with TLS and a password: the same content has the same digest."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from registries import PASSWORD, USER, Registry, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LANGUAGES = {
    "python": ("coin.py", "def toss(p, rng):\n    return int(rng.random() < p)\n"),
    "r": ("coin.R", "toss <- function(p) as.integer(runif(1) < p)\n"),
}
TOML = """
[experiments.coin]
function = "FILE:toss"
parameters.p = [0.2, 0.8]
replicates = 20
files = ["data/odds.csv"]
"""
OTHER = "not it"
REFUSED = 17
"""How `ao` ends where a registry has not what it was asked for."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with registry(tmp_path_factory.mktemp("registry")) as found:
        yield found


def ao(*words: str, cwd: Path, code: int = 0, password: str = PASSWORD) -> str:
    environment = os.environ | {"ANOPS_REGISTRY_USER": USER, "ANOPS_REGISTRY_PASSWORD": password}
    ended = subprocess.run(
        [sys.executable, "-m", "ao", *words], cwd=cwd, capture_output=True, text=True, check=False, env=environment
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout if code == 0 else " ".join(ended.stderr.split())


def told(*words: str, cwd: Path) -> dict[str, Any]:
    """Return what `--json` writes at the end, behind the lines of events."""
    return dict(json.loads(re.split(r"^(?=\{$)", ao(*words, "--json", cwd=cwd), flags=re.MULTILINE)[-1]))


@pytest.fixture
def project(tmp_path: Path, language: str) -> Path:
    folder = tmp_path / "coin"
    (folder / "data").mkdir(parents=True)
    name, code = LANGUAGES[language]
    (folder / name).write_text(code)
    (folder / "ao.toml").write_text(TOML.replace("FILE", name))
    (folder / "data/odds.csv").write_text("p\n0.5\n")
    (folder / "data/private.csv").write_text("name\nAnna\n")
    (folder / ".env").write_text("SECRET=1\n")
    return folder


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_bundle_goes_to_a_registry_and_runs_from_there(
    there: Registry, project: Path, tmp_path: Path, language: str
) -> None:
    code = LANGUAGES[language][0]
    built = told("bundle", "build", cwd=project)
    assert [each["name"] for each in built["files"]] == sorted(["ao.toml", code, "data/odds.csv"])
    twin = tmp_path / "twin"
    shutil.copytree(project, twin)
    os.utime(twin / code, (1, 1))
    assert told("bundle", "build", "--output", str(tmp_path / "bundle.tar"), cwd=twin)["digest"] == built["digest"]
    with tarfile.open(tmp_path / "bundle.tar") as tar:
        assert {(each.mtime, each.uid, each.uname) for each in tar} == {(0, 0, "")}

    address = f"oras://{there.host}/team/coin-{language}:1"
    pushed = told("bundle", "push", address, cwd=project)
    assert pushed["digest"] == built["digest"]
    assert pushed["address"] == f"oras://{there.host}/team/coin-{language}@{built['digest']}"
    assert built["files"] == told("bundle", "show", address, cwd=tmp_path)["files"]
    pulled = told("bundle", "pull", pushed["address"], "--to", "pulled", cwd=tmp_path)
    assert (tmp_path / "pulled" / code).read_bytes() == (project / code).read_bytes()
    assert pulled["digest"] == built["digest"]

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = told("sim", "run", "coin", "--bundle", address, cwd=elsewhere)
    assert (run["done"], run["failed"], run["bundle"]) == (40, 0, pushed["address"])
    here = told("sim", "run", "coin", cwd=project)
    assert here["code"] == run["code"]
    assert _values(here["results"]) == _values(run["results"])

    (project / code).write_text(LANGUAGES[language][1] + "\n# changed\n")
    moved = told("bundle", "push", address, cwd=project)
    assert moved["digest"] != built["digest"]
    refused = ao("sim", "run", "coin", "--bundle", address, cwd=elsewhere, code=1)
    assert "is another bundle now" in refused
    assert pushed["address"] in refused.replace(" ", "")
    again = told("sim", "resume", "coin", cwd=elsewhere)
    assert (again["done"], again["bundle"]) == (40, pushed["address"])
    assert told("sim", "run", "coin", "--bundle", moved["address"], cwd=elsewhere)["bundle"] == moved["address"]


def _values(table: str) -> list[Any]:
    import pyarrow.parquet as pq  # noqa: PLC0415  slow to import

    rows = pq.read_table(table).select(["point", "replicate", "seed", "value"])
    return sorted(map(tuple, rows.to_pandas().to_numpy().tolist()))


def test_what_is_no_bundle_is_told(there: Registry, tmp_path: Path) -> None:
    missing = ao("bundle", "show", f"oras://{there.host}/team/nothing:1", cwd=tmp_path, code=REFUSED)
    assert "There is no bundle" in missing
    assert "oras://HOST/NAME:TAG" in ao("bundle", "show", "registry.example.com/coin:1", cwd=tmp_path, code=2)
    assert "no code" in ao("bundle", "build", cwd=tmp_path, code=2)
    (tmp_path / "coin.py").write_text(LANGUAGES["python"][1])
    refused = ao("bundle", "push", f"oras://{there.host}/team/coin:1", cwd=tmp_path, code=REFUSED, password=OTHER)
    assert "refuses the credentials" in refused
    assert OTHER not in refused
    fixed = f"oras://{there.host}/team/coin@sha256:{'0' * 64}"
    assert "under a tag" in ao("bundle", "push", fixed, cwd=tmp_path, code=2)
    assert "no such file" in ao("bundle", "build", "--include", "data/*.csv", cwd=tmp_path, code=2)


def test_an_altered_bundle_is_never_run(there: Registry, tmp_path: Path) -> None:
    (tmp_path / "coin.py").write_text(LANGUAGES["python"][1])
    address = f"oras://{there.host}/team/altered:1"
    ao("bundle", "push", address, cwd=tmp_path)
    archives = [path for path in there.certificate.parent.rglob("data") if path.stat().st_size > 5000]
    newest = max(archives, key=lambda path: path.stat().st_mtime)
    newest.write_bytes(newest.read_bytes().replace(b"rng.random() < p", b"rng.random() > p"))
    refused = ao("sim", "run", "coin", "--function", "coin.py:toss", "--bundle", address, cwd=tmp_path, code=REFUSED)
    assert "was altered" in refused
