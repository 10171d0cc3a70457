"""What a person asks of a training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003  pydantic reads the annotations
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """What is to be trained."""

    folder: Path
    """The project's folder."""
    config: Path | None = None
    """The configuration that the steps are given; by default that of ao.toml."""
    workflow: str | None = None
    """Which workflow, where the file of the steps registers several."""
    values: tuple[str, ...] = ()
    """Keys of the configuration to set: "max_iter=500"."""
    seed: int | None = None
    """The seed of random numbers."""
    sweep: tuple[str, ...] = ()
    """Keys to try several values of: "max_iter=100,500", or a range to draw from: "C=0.01..10:log"."""
    draws: int | None = None
    """How many combinations of a sweep are drawn; without it, all are tried."""
    jobs: int | None = None
    """How many runs of a sweep may run side by side; by default as many as there are CPUs."""
    metric: str | None = None
    """The metric that chooses the best run of a sweep."""
    better: Literal["lower", "higher"] | None = None
    """Which of its values are better."""
    resume: bool = False
    """Continue a failed run at the step that failed."""
    run: str | None = None
    """Which run to resume; by default the last."""
    provider: str | None = None
    """Where the steps run: docker, or a provider by its name or file, whose job they are; by default this computer."""
    take_in: bool = True
    """Make the model the project's."""
