"""The extras of `ao`: which there are, what each brings, and what must be installed for it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import requires

from anops_model_interface.codes import Code
from packaging.requirements import Requirement

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

HOME = "anops-cli"
"""The distribution whose optional dependencies the extras are."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that can be added.

    Attributes:
        name: What a person types.
        brings: What it brings: "what loads and serves R models".
        module: What can be imported when it is there.
        needs_r: Whether it can be used only where R is.
    """

    name: str
    brings: str
    module: str
    needs_r: bool = False

    def requirements(self) -> tuple[Requirement, ...]:
        """Return what must be installed, as the metadata of `ao` say it."""
        found = [Requirement(line) for line in requires(HOME) or ()]
        return tuple(each for each in found if each.marker is not None and _is_for(each, self.name))


EXTRAS = (
    Extra("python", "what loads Python models in the Python of `ao`, and checks code and tests", "anops_worker"),
    Extra("r", "what loads and serves R models", "anops_model_service_r", needs_r=True),
    Extra("training", "Metaflow, which runs the steps of `ao train`", "anops_training"),
    Extra("client", "`import anops`, the client that asks a served model", "anops"),
    Extra("tracking", "what keeps versions of models and runs, with MLflow", "anops_tracking.keeper"),
    Extra("experiments", "what runs simulations, here or on Dask", "anops_experiments.adapter"),
    Extra("workspaces", "what brings up clusters for simulations", "anops_workspaces.adapter"),
    Extra("features", "what joins features as of a time, and keeps the newest", "anops_features.adapter"),
    Extra("schedules", "what runs things at the times of cron", "anops_schedules.adapter"),
    Extra("monitoring", "what tells by statistics how a served model fares", "anops_monitoring.adapter"),
    Extra("evidently", "Evidently, which makes a report of its own of a log", "evidently"),
    Extra("plot", "matplotlib, which draws the pictures of `ao plot`", "matplotlib"),
    Extra("data", "what keeps datasets, on boards of the `pins` packages", "anops_data.adapter"),
)


def extra(name: str) -> Extra:
    """Return an extra.

    Raises:
        CommandError: There is none of that name; the nearest is named.
    """
    known = {each.name: each for each in EXTRAS}
    if name in known:
        return known[name]
    guess = nearest(name, known)
    raise CommandError(
        f"There is no extra `{name}`.",
        remedy=f"Did you mean `{guess}`?" if guess else "List them: ao extra list",
        code=Code.USAGE,
    )


def _is_for(requirement: Requirement, name: str) -> bool:
    marker = requirement.marker
    return marker is not None and marker.evaluate({"extra": name}) and not marker.evaluate({"extra": ""})
