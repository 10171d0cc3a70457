"""The levels of MLOps maturity, as Azure's architecture guide has them, each with what must be found for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_control.maturity.facts import Facts

TITLES = (
    "No MLOps", "DevOps but no MLOps", "Automated training", "Automated model deployment",
    "Full MLOps automated operations",
)  # fmt: skip
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Point:
    """Something that a level asks for.

    Attributes:
        level: The level.
        title: What it asks for.
        evidence: What shows that it is there; None where nothing does.
        command: The command that brings it nearer, or what is added to ao.toml.
    """

    level: int
    title: str
    evidence: str | None
    command: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        command = None if self.evidence else self.command
        return {"level": self.level, "title": self.title, "evidence": self.evidence, "command": command}


def points_of(facts: Facts) -> list[Point]:
    """Return what each level asks for, and what was found."""
    return [*_devops(facts), *_training(facts), *_deployment(facts), *_operations(facts)]


def level_of(points: Sequence[Point]) -> int:
    """Return the highest level of which, and of all below it, nothing lacks."""
    lacking = [each.level for each in points if each.evidence is None]
    return min(lacking) - 1 if lacking else len(TITLES) - 1


def _devops(facts: Facts) -> Iterator[Point]:
    yield Point(1, "Images are built and tested by a program", _some(facts.images), "ao build")
    yield Point(1, "The code has tests", _some(facts.tests), "ao check --accept-predictions")


def _training(facts: Facts) -> Iterator[Point]:
    yield Point(2, "The model is fitted by steps that a program runs", facts.steps, "ao train")
    yield Point(2, "Trainings and their metrics are kept in one place", _some(facts.runs), "ao train")
    yield Point(2, "Versions of the model are registered", _some(facts.versions), "ao model register")


def _deployment(facts: Facts) -> Iterator[Point]:
    up = [each for each in facts.environments if each["state"] == "up"]
    down = [each["environment"] for each in facts.environments if each["state"] != "up"]
    running = [f"{each['model']['name']}/{each['model']['number']}" for each in up]
    yield Point(
        3, "Several environments run registered versions",
        _some([each["environment"] for each in up]) if len(up) > 1 else None,
        f"ao deploy apply {down[0] if down else 'test'}",
    )  # fmt: skip
    yield Point(
        3, "What runs leads back to the run that fitted it",
        _some([each for each in running if each in facts.from_runs]), "ao model register --run RUN",
    )  # fmt: skip
    yield Point(
        3, "A version was promoted by a comparison with the one before", _some(facts.compared),
        "ao model promote MODEL --data FILE",
    )  # fmt: skip
    yield Point(3, "A build server tests each change", _some(facts.ci), "ao ci init --github")


def _operations(facts: Facts) -> Iterator[Point]:
    changed = [each["environment"] for each in facts.environments if each["state"] == "up" and len(each["history"]) > 1]
    yield Point(
        4, "The model is refitted at set times", _some(facts.retrains),
        'add [schedules.nightly] to ao.toml, with at = "30 2 * * *" and verb = "train"; then: ao schedule start',
    )  # fmt: skip
    yield Point(
        4, "Answers are kept with the version that gave them",
        "`log_predictions` under [service]" if facts.logged else None,
        'add log_predictions = "ids" to ao.toml, under [service]',
    )  # fmt: skip
    name = facts.environments[0]["environment"] if facts.environments else "test"
    yield Point(
        4, "A version has taken over from another with no request lost", _some(changed), f"ao deploy apply {name}",
    )  # fmt: skip


def _some(found: Sequence[str]) -> str | None:
    if not found:
        return None
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more
