"""Finds the point that a person means by an id; where there is none, the nearest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.words import listing

from anops_control.errors import CommandError
from anops_control.lineage.graph import Kind, Node
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.lineage.gathering import Gathered

_SHORT = 4
"""How much of an id of a run must be typed, or of an image."""
_ALIKE = 6
"""By how much of its beginning an id of a request is looked for."""
_PREFIXES = {"run:": Kind.RUN, "data:": Kind.DATASET, "image:": Kind.IMAGE, "request:": Kind.PREDICTION}


def meant(found: Gathered, text: str) -> Node:
    """Return the point that is meant.

    Args:
        found: All that is known.
        text: An id of a request, run, image or fit; a version as `models:/NAME/3`, `NAME/3` or `NAME@ALIAS`; a dataset
            as `NAME` or `NAME/VERSION`. `run:`, `data:`, `image:` and `request:` before it say which it is.

    Raises:
        CommandError: There is none, or several.
    """
    written = text.strip()
    exact = found.graph.nodes.get(written)
    if exact is not None:
        return exact
    kind = next((kind for prefix, kind in _PREFIXES.items() if written.startswith(prefix)), None)
    if written.startswith(("models:/", "runs:/")):
        kind = Kind.VERSION if written.startswith("models:/") else Kind.RUN
        written = written.partition(":/")[2].partition("/model")[0] if kind is Kind.RUN else written[8:]
    elif kind is not None:
        written = written.partition(":")[2]
    fits = [node for node in found.graph.nodes.values() if kind in {None, node.kind} and _is_called(node, written)]
    fits = _newest_of_each(fits, written)
    if not fits and kind in {None, Kind.PREDICTION} and found.store is not None:
        pieces = found.store.of_request(written)
        if pieces:
            return found.prediction(written, pieces)
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise CommandError(
            f"`{text}` is the name of {len(fits)} things.",
            details=[f"{node.kind.value} {node.label}" for node in fits[:5]],
            remedy=f"Say which one: ao lineage {fits[0].id}",
            code=Code.USAGE,
        )
    raise _nothing(found, text, written, kind)


def _is_called(node: Node, written: str) -> bool:
    if not written:
        return False
    facts, name = node.facts, node.id.partition(":")[2].removeprefix("/")
    match node.kind:
        case Kind.RUN:
            named = node.facts["name"] == written
            return named or (len(written) >= _SHORT and name.startswith(written))
        case Kind.VERSION:
            aliases = {f"{facts.get('model')}@{alias}" for alias in facts.get("aliases", ())}
            model, digest = facts.get("model"), str(facts.get("digest", ""))
            is_fit = len(written) > len("sha256:") + _SHORT and digest.startswith(written)
            return written in {name, model, f"{model}@latest"} | aliases or is_fit
        case Kind.DATASET:
            dataset, _, version = name.rpartition("/")
            return written in {dataset, version, name, facts.get("hash")}
        case Kind.IMAGE:
            image = str(facts["image_id"])
            bare = image.removeprefix("sha256:")
            is_id = len(written) >= _SHORT and (image.startswith(written) or bare.startswith(written))
            names = {one for tag in facts["tags"] for one in (tag, tag.rpartition(":")[0])}
            return written in names or is_id
        case _:
            return False


def _newest_of_each(fits: list[Node], written: str) -> list[Node]:
    """Take the newest version of a model or dataset that is named without one; of a run's name, the last run."""
    kept: dict[tuple[Kind, str], Node] = {}
    for node in fits:
        name = node.id.rpartition("/")[0] if node.kind in {Kind.VERSION, Kind.DATASET} else node.id
        if node.kind is Kind.RUN and node.facts["name"] == written:
            name = written
        key = (node.kind, name)
        known = kept.get(key)
        if known is None or _age(node) > _age(known):
            kept[key] = node
    return list(kept.values())


def _age(node: Node) -> tuple[int, str]:
    moment = node.facts.get("started") or node.facts.get("created") or node.id
    return int(node.facts.get("number", 0)), str(moment)


def _nothing(found: Gathered, text: str, written: str, kind: Kind | None) -> CommandError:
    names = [name for node in found.graph.nodes.values() if kind in {None, node.kind} for name in _names(node, written)]
    requests = found.store if kind in {None, Kind.PREDICTION} else None
    near = requests.nearest(written[:_ALIKE]) if requests is not None and written else []
    guess = nearest(written, [*names, *near]) or next(iter(near), None)
    unread = [] if found.unread is None else [found.unread]
    known = "" if found.store is not None or unread else (
        " No predictions are kept: `log_predictions` under [service] in ao.toml says whether they are."
    )  # fmt: skip
    before = text.strip()[: max(0, text.strip().rfind(written))]  # such as `run:`: which of several it is
    others = [] if guess else _newest(found)
    return CommandError(
        f"Nothing of the id `{text}` is known.",
        details=["It may be a request, run, version, image or dataset." + known, *others, *unread, *found.away],
        remedy=f"Did you mean `{before}{guess}`?" if guess else "See which runs there are: ao runs list",
        code=Code.ID_NOT_FOUND,
    )


def _names(node: Node, written: str) -> Iterator[str]:
    """Yield what a person may have meant to type, each of which is found."""
    name = node.id.partition(":")[2].removeprefix("/")
    match node.kind:
        case Kind.RUN:
            yield node.facts["name"]
            yield name[: max(len(written), _SHORT)]  # ids are typed in part
        case Kind.DATASET:
            dataset, _, version = name.rpartition("/")
            yield from (dataset, name, version)
        case Kind.VERSION if "model" in node.facts:
            yield from (str(node.facts["model"]), name)
            yield from (f"{node.facts['model']}@{alias}" for alias in node.facts["aliases"])
        case Kind.IMAGE:
            yield from node.facts["tags"]
        case _:
            yield name


def _newest(found: Gathered) -> list[str]:
    """Return a line with the newest of each kind that has a name."""
    newest: dict[Kind, Node] = {}
    for node in found.graph.nodes.values():
        if node.kind is not Kind.PREDICTION and (node.kind is not Kind.VERSION or "model" in node.facts):
            known = newest.get(node.kind)
            newest[node.kind] = node if known is None or _age(node) > _age(known) else known
    told = [f"`{_shown(node)}` ({kind.value})" for kind, node in newest.items()]
    return [f"Known are, among others, {listing(told)}."] if told else []


def _shown(node: Node) -> str:
    name = node.id.partition(":")[2].removeprefix("/")
    return node.facts["name"] if node.kind is Kind.RUN else name
