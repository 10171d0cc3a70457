"""Lists the models of the registry, or the versions of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.addresses import address_of
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import RegisteredModel, Version, told
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListRequest:
    """What is listed."""

    folder: Path
    """The project's folder."""
    model: str | None = None
    """A model whose versions are listed; by default all models are."""


@dataclass(frozen=True, slots=True)
class ModelListResult:
    """What there is.

    Attributes:
        where: Where it is kept.
        models: The models.
        versions: The versions of the model that was asked for.
    """

    where: str
    models: tuple[RegisteredModel, ...]
    versions: tuple[Version, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        models = [
            {"name": each.name, "aliases": dict(sorted(each.aliases.items())), "description": each.description}
            for each in self.models
        ]
        return {"where": self.where, "models": models, "versions": [told(each) for each in self.versions]}


def run(request: ModelListRequest, events: Events) -> ModelListResult:
    """List models or versions.

    Raises:
        CommandError: There is no such model, or the registry is away.
    """
    del events
    place = place_of(request.folder)
    with kept(place) as keeper:
        if request.model is None:
            return ModelListResult(place.shown, tuple(keeper.models()))
        model = model_of(keeper, address_of(request.model).model)
        return ModelListResult(place.shown, (model,), tuple(keeper.versions(model.name)))


VERB = Verb("model list", "List registered models, or the versions of one.", ModelListRequest, run)
