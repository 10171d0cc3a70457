"""An experiment whose code and data are a bundle of a registry; what it finds is kept in the project all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.bundles.address import Address
from anops_control.bundles.remote import kept
from anops_control.errors import CommandError
from anops_control.experiments.finding import Experiments, place_of
from anops_control.experiments.port import laboratory
from anops_control.tracking.opening import FOLDER, own_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

BUNDLE, ASKED = "bundle", "bundle_asked"
"""Where the settings of a run keep the address by digest, and what the person wrote."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that is here.

    Attributes:
        place: Its files, with the experiments of its `ao.toml`.
        address: Its address by digest.
        asked: The address that was asked for, which may have a tag.
    """

    place: Experiments
    address: str
    asked: str

    def facts(self) -> dict[str, str]:
        """Return what a run keeps of it."""
        return {BUNDLE: self.address, ASKED: self.asked}


def taken(place: Experiments, name: str, text: str) -> Bundled:
    """Take a bundle, to run an experiment of it.

    Raises:
        CommandError: There is none; or its tag has moved since the experiment was run with it.
    """
    found = _taken(place, text)
    before = _settings(place, name)
    if before.get(ASKED) == text != found.address and before.get(BUNDLE) not in {None, found.address}:
        raise CommandError(
            f"{text} is another bundle now than that which `{name}` was run with.",
            details=[f"Then it was {before[BUNDLE]}.", f"Now it is {found.address}."],
            remedy=f"Continue with the previous one: ao sim resume {name}; or run the new one by its own address: "
            f"ao sim run {name} --bundle {found.address}",
            code=Code.EXPERIMENT_FAILED,
        )
    return found


def taken_again(place: Experiments, settings: Mapping[str, Any]) -> Bundled | None:
    """Take the bundle that an experiment was run with; None where it was run with the project's own code."""
    address = settings.get(BUNDLE)
    if address is None:
        return None
    found = _taken(place, address)
    return Bundled(found.place, found.address, settings.get(ASKED, address))


def _taken(place: Experiments, text: str) -> Bundled:
    address = Address.read(text)
    digest, folder = kept(own_folder(place.folder / FOLDER), address)
    found = place_of(folder)
    if found.folder != folder:  # it has no ao.toml, and that of the project is another's
        found = Experiments(folder, {}, {}, None)
    return Bundled(found, address.at(digest), text)


def _settings(place: Experiments, name: str) -> Mapping[str, Any]:
    with laboratory() as who:
        return who.settings(place.folder, name) if name in who.names(place.folder) else {}
