"""`ao features show`: the feature views of a project."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.features.show import FeaturesShowRequest, run

from ao import messages
from ao.commands.features.options import Json, Views  # noqa: TC001  Typer reads them
from ao.presenting import presented


def show(names: Views = None, *, as_json: Json = False) -> None:
    """Show feature views: what they have, how long it counts, what is in the online store."""
    with presented() as events:
        told = run(FeaturesShowRequest(folder=Path(), names=tuple(names or ())), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    if not told["views"]:
        messages.note("There is no feature view in ao.toml yet.")
        messages.next_step("Add one; see how: ao features define --help")
    for each in told["views"]:
        ttl = f"count for {each['ttl']}" if each.get("ttl") else "count for ever"
        source = each.get("dataset") or "Feast"
        messages.result(f"{each['name']}: of {', '.join(each['entity'])}, from {source}; values {ttl}")
        for name, kind in each["features"].items():
            messages.result(f"  {each['name']}.{name}  {kind}")
        if "feast" in each:
            continue  # Feast says neither how many rows it has, nor of when
        messages.result(f"  {each['rows']} rows from {each['first']} to {each['last']}")
        online = each["online"]
        newest = f", the newest of {online['newest']}" if online["newest"] else ""
        messages.result(f"  {online['entities']} in the online store{newest}")
