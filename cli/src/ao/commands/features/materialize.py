"""`ao features materialize`: the newest values into the online store."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.features.materialize import FeaturesMaterializeRequest, run

from ao import messages
from ao.commands.features.options import Json, Views  # noqa: TC001  Typer reads them
from ao.presenting import presented


def materialize(names: Views = None, *, as_json: Json = False) -> None:
    """Bring the newest values of each entity into the online store; older ones never replace newer."""
    with presented() as events:
        told = run(FeaturesMaterializeRequest(folder=Path(), names=tuple(names or ())), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["views"]:
        messages.success(f"{each['view']}: {each['entities']} entities, {each['written']} of them written.")
        if each["later"]:
            rows = "1 row is" if each["later"] == 1 else f"{each['later']} rows are"
            messages.note(f"{rows} of a time that has not come; materialize {each['view']} again then.")
