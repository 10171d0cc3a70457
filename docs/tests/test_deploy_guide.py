"""What the guide on environments, and that on backups, tell to type works on one computer.

Of the provider `compose` and of a cluster the tests of containers and `nox -s kubernetes` run the same commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk

pytestmark = pytest.mark.long
SMOKE = '\n[tasks.smoke]\nrun = "ao predict tests/example.csv --url $ANOPS_URL"\n'


def sections(page: str) -> str:
    """Return what the page has for ao.toml, on free ports: dev, the cluster, and live with its gates."""
    found = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    dev, cluster = (next(each for each in found if f"[deployment.{name}]" in each) for name in ("dev", "cluster"))
    live = next(each for each in found if "approvers" in each)
    assert "max_p99_ms = 200\n" in live
    wanted = live.replace("max_p99_ms = 200\n", "max_p99_ms = 20000\nport = 0\n")  # this computer may have other work
    return "\n".join([SMOKE, dev.replace("8080", "0"), cluster, wanted])


def rows(page: str) -> list[str]:
    """Return the commands of the page's table, of one environment or from it to the next."""
    told = re.findall(r"^\| `(ao deploy \w+[^`]*)` \|", page, re.MULTILINE)
    return [each.replace("ENVIRONMENT", "dev").replace("OTHER", "live").replace("DIR", "out") for each in told]


def test_the_guide_on_environments_and_backups_can_be_typed(docs: Path, reader: Desk, tmp_path: Path) -> None:
    guide = docs / "how-to/deploy.md"
    page = guide.read_text(encoding="utf-8")
    reader.type("ao init mtcars-mpg --lang r")
    reader.type("cd mtcars-mpg")
    toml = tmp_path / "mtcars-mpg/ao.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + sections(page), encoding="utf-8")
    try:
        begin, switch, render, promote, approve = (each.text for each in steps_of(guide))
        assert "dev: up" in reader.type(begin)
        reader.type("sed -i 's/^version = .*/version = \"0.2.0\"/' ao.toml && ao model register")
        reader.type(switch.replace("ao model promote", "ao model promote --no-checks --no-comparison"))
        assert "mtcars-mpg/2" in reader.type("ao deploy status dev")
        made = reader.type(f"{render}find deploy -type f | sort")
        for file in ("argo-cd/cluster.yaml", "overlays/cluster/kustomization.yaml", ".tf.json", "__main__.py"):
            assert file in made
        assert "waits for ana" in reader.type(promote.replace("--to live", "--to live --no-checks"))
        add, say = approve.strip().splitlines()
        (key,) = re.findall(r"\bao_\w+", reader.type(add))
        (tmp_path / "mtcars-mpg/ana.key").write_text(key, encoding="utf-8")
        assert "approved by `ana`" in reader.type(say)
        commands = [each for each in rows(page) if "promote" not in each]
        assert len(commands) == 7
        for command in commands:
            reader.type(command)
        reader.type("ao deploy apply dev")
        assert "Level 0" in reader.type("ao maturity")
        for step in steps_of(docs / "how-to/back-up.md"):
            reader.type(step.text)
        restored = reader.type("cd ../restored && ao model list && ao deploy status")
        assert "dev: gone" in restored
    finally:
        reader.type(f"cd {tmp_path / 'mtcars-mpg'} && for each in dev live; do ao deploy down $each || true; done")
