from __future__ import annotations

from pathlib import Path

import pytest
from anops_benchmarks import preparing
from anops_benchmarks.__main__ import choose
from anops_benchmarks.environments import Environments
from anops_benchmarks.preparing import prepare


class Shelf(Environments):
    """Environments that are there, except one."""

    def make(self, name: str) -> str | None:
        return "no such version" if name == "kserve" else None


SHELF = Shelf(Path("nowhere"), "uv")


def test_a_peer_that_cant_be_installed_is_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "has_program", lambda _: True)

    pairs, failures = prepare(choose(["iris"], ["anops", "kserve"], every=False), SHELF)

    assert [[peer.name for peer in peers] for _, peers in pairs] == [["anops"]]
    assert failures == [{"workload": "iris", "peer": "kserve", "failed": "no such version"}]


def test_without_r_python_models_are_measured_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "has_program", lambda name: name == "wrk")

    pairs, failures = prepare(choose(["iris", "lm"], ["anops", "plumber"], every=False), SHELF)

    assert [(workload.name, [peer.name for peer in peers]) for workload, peers in pairs] == [("iris", ["anops"])]
    assert [failure["peer"] for failure in failures] == ["anops", "plumber"]
    assert all("R is not installed" in failure["failed"] for failure in failures)


def test_without_the_loader_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "has_program", lambda _: False)
    monkeypatch.setattr(preparing, "install_debian", lambda packages: f"install them: {packages}")

    with pytest.raises(SystemExit, match="wrk is missing: install them"):
        prepare(choose(["iris"], [], every=False), SHELF)
