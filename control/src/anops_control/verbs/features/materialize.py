"""Brings the newest values of feature views into the online store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.features.feast import require_own
from anops_control.features.port import features
from anops_control.features.sources import source_of, store_of, view_of
from anops_control.verbs.features.facts import FeaturesResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesMaterializeRequest:
    """Which views."""

    folder: Path
    """The project's folder."""
    names: tuple[str, ...] = ()
    """The views; by default all."""


def run(request: FeaturesMaterializeRequest, events: Events) -> FeaturesResult:
    """Bring the newest values of each entity into the online store; older ones never replace newer.

    Raises:
        CommandError: There is no such view, or its dataset can't be read.
    """
    configuration = load(request.folder)
    require_own(configuration)
    who, store, told = features(), store_of(configuration), []
    for name in request.names or tuple(configuration.features):
        section = view_of(configuration, name)
        with source_of(configuration.folder, section, events) as (source, version):
            events.doing(f"Keeping the newest values of {name}")
            told.append({**who.materialize(source, name, section, store), "version": version})
    return FeaturesResult({"views": told})


VERB = Verb("features materialize", "Bring the newest values of feature views into the online store.",
            FeaturesMaterializeRequest, run)  # fmt: skip
