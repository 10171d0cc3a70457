"""Shows the feature views of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.feast_features import is_feast

from anops_control.configuration import load
from anops_control.features.feast import shown_in
from anops_control.features.port import features
from anops_control.features.sources import source_of, store_of, view_of
from anops_control.verbs.features.facts import FeaturesResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesShowRequest:
    """Which views."""

    folder: Path
    """The project's folder."""
    names: tuple[str, ...] = ()
    """The views; by default all."""


def run(request: FeaturesShowRequest, events: Events) -> FeaturesResult:
    """Tell what each view has, in its dataset and in the online store.

    Raises:
        CommandError: There is no such view, or its dataset can't be read.
    """
    configuration = load(request.folder)
    if is_feast(store_of(configuration)):
        return FeaturesResult({"views": shown_in(store_of(configuration), request.names)})
    who, store, told = features(), store_of(configuration), []
    for name in request.names or tuple(configuration.features):
        section = view_of(configuration, name)
        with source_of(configuration.folder, section, events) as (source, version):
            found = who.described(source, name, section)
        told.append({"name": name, **section.written(), "version": version, **found, "online": who.online(store, name)})
    return FeaturesResult({"views": told})


VERB = Verb("features show", "Show which feature views there are, in their datasets and in the online store.",
            FeaturesShowRequest, run)  # fmt: skip
