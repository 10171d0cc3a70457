"""Does what follows from a comparison: the challenger takes over, or goes; no request is lost in either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.applying import apply
from anops_control.promoting.promotion import claimed, moved
from anops_control.rollouts.judging import PROMOTE
from anops_control.tracking.addresses import address_of
from anops_control.tracking.aliases import let_go
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import kept, place_of

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.deploying.providers.provider import Doing


def act(environments: Environments, name: str, told: dict[str, Any], doing: Doing) -> dict[str, Any]:
    """Take the challenger's alias away, having let the champion's point to it where it is to take over; apply that.

    Raises:
        CommandError: An alias has moved since, or can't be moved.
        StandingError: The environment can't be changed.
    """
    section = environments.section(name)
    champion, challenger = address_of(section.model), address_of(section.challenger or "")
    number = told["challenger"]["number"]
    with kept(place_of(environments.folder)) as keeper:
        aliases = model_of(keeper, champion.model).aliases
        if told["decision"] == PROMOTE:
            report = {"alias": champion.alias, "version": number, "before": aliases.get(champion.alias or ""),
                      "passed": True, "when": told["since"], "comparison": told, "says": told["says"]}  # fmt: skip
            version = keeper.version(champion.model, number)
            moved(keeper, version, report, claimed(keeper, champion.model, champion.alias or ""))
        if challenger.alias is not None and aliases.get(challenger.alias) == number:
            claimed(keeper, challenger.model, challenger.alias)
            let_go(keeper, challenger.model, challenger.alias)
    how = "the challenger took over" if told["decision"] == PROMOTE else "the challenger was taken out"
    return apply(environments, name, doing, plan=None, how=f"{how}: {told['says']}")
