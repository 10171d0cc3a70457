"""Gathers what is known of where things come from: of the registry, runs, datasets, images and the prediction log."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_interface.log_file import OtherFormError, is_there
from anops_model_interface.moments import utc_text
from anops_model_interface.prediction_log import PredictionStore
from anops_project.digest import digest_of
from anops_project.project import CONFIG_NAME, Project
from anops_project.recorded import sha256_of

from anops_control.datasets.finding import board_of
from anops_control.datasets.port import GROUP, data
from anops_control.errors import CommandError, ConfigurationError
from anops_control.lineage.graph import Graph, Kind, Node
from anops_control.monitoring.log_flags import log_in
from anops_control.tracking.data_used import ARTIFACT_TAG, data_of
from anops_control.tracking.looking import sent_and_kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.prediction_log import Prediction

    from anops_control.tracking.port import Keeper, Run, Version

_MOST_RUNS = 10_000


@dataclass(slots=True)
class Gathered:
    """All that is known.

    Attributes:
        graph: The points and edges.
        store: The predictions that were kept; None where none were.
        notes: What could not be looked at, with the reason.
        unread: Why the predictions that were kept can't be read; None where they can, or there are none.
        away: What is not there to be looked at, which nobody misses who has none.
    """

    graph: Graph = field(default_factory=Graph)
    store: PredictionStore | None = None
    notes: list[str] = field(default_factory=list)
    unread: str | None = None
    away: list[str] = field(default_factory=list)
    fits: dict[str, list[Node]] = field(default_factory=dict)
    """The versions of each fit, by its digest."""

    def dataset(self, name: str, version: str, **facts: Any) -> Node:  # noqa: ANN401  what JSON can hold
        """Return the point of a version of a dataset."""
        return self.graph.add(Node(f"data:{name}/{version}", Kind.DATASET, f"{name} {version}", facts))

    def fit(self, node: Node, digest: str) -> None:
        """Know a version of a model as that of a fit."""
        if digest:
            self.fits.setdefault(digest, []).append(node)

    def prediction(self, request: str, pieces: Sequence[Prediction]) -> Node:
        """Return the point of a request that was answered."""
        last = pieces[-1]
        rows = sum(each.rows for each in pieces if each.time >= pieces[0].time)
        facts = {"time": utc_text(last.time), "rows": rows, "model": last.model, "version": last.version,
                 "digest": last.digest, "values_kept": last.inputs is not None}  # fmt: skip
        node = self.graph.add(Node(f"request:{request}", Kind.PREDICTION, f"{request}, {counted(rows, 'row')}", facts))
        for version in self.fits.get(last.digest) or [self._unknown(last)]:
            self.graph.connect(version, node, "answered by")
        return node

    def _unknown(self, kept: Prediction) -> Node:
        """Return the point of a fit that is neither registered nor the project's: no more is known of it."""
        name = f"fit:{kept.digest or f'{kept.model}/{kept.version}'}"
        label = f"{kept.model} {kept.version}, not registered"
        return self.graph.add(Node(name, Kind.VERSION, label, {"digest": kept.digest}))


def gathered(folder: Path) -> Gathered:
    """Look at all that is kept of a project.

    Raises:
        CommandError: Who keeps versions and runs is away, or not installed.
    """
    found = Gathered()
    with sent_and_kept(folder) as (place, keeper):
        runs = {run.id: _run(found, run) for run in keeper.runs(_MOST_RUNS)}
        by_file = {str(node.facts["artifact"]): node for node in reversed(runs.values()) if node.facts.get("artifact")}
        _versions(found, keeper, runs)
    _project(found, place.home, by_file)
    _datasets(found, folder)
    _images(found)
    _predictions(found, log_in(place.home))
    return found


def _run(found: Gathered, run: Run) -> Node:
    facts = {"name": run.name, "status": run.status, "started": utc_text(run.started / 1000),
             "artifact": run.tags.get(ARTIFACT_TAG, ""), "commit": run.tags.get("mlflow.source.git.commit", ""),
             "metrics": _plain(run.metrics)}  # fmt: skip
    node = found.graph.add(Node(f"run:{run.id}", Kind.RUN, f"{run.name} ({run.id[:8]})", facts))
    for used in data_of(run.tags):
        dataset = found.dataset(used.name, used.version, hash=used.hash)
        if used.role == "made":
            found.graph.connect(node, dataset, "made by")
        else:
            found.graph.connect(dataset, node, "read")
    return node


def _versions(found: Gathered, keeper: Keeper, runs: dict[str, Node]) -> None:
    for model in keeper.models():
        for version in keeper.versions(model.name):
            node = found.graph.add(_version(version))
            found.fit(node, str(node.facts["digest"]))
            if version.run in runs:
                found.graph.connect(runs[version.run], node, "fitted in")
            for name, number in _compared_on(version):
                found.graph.connect(found.dataset(name, number), node, "compared on")


def _version(version: Version) -> Node:
    aliases = f" ({', '.join(version.aliases)})" if version.aliases else ""
    facts = {"aliases": list(version.aliases), "digest": version.tags.get("anops.digest", ""),
             "project_version": version.tags.get("anops.version", ""), "created": utc_text(version.created / 1000),
             "model": version.model, "number": version.number}  # fmt: skip
    name = f"{version.model}/{version.number}"
    return Node(f"models:/{name}", Kind.VERSION, f"{name}{aliases}", facts)


def _compared_on(version: Version) -> Iterator[tuple[str, str]]:
    """Yield the dataset that the version was compared on when it was promoted."""
    try:
        used = json.loads(version.tags.get("anops.promotion", "{}")).get("comparison", {}).get("dataset")
        if used:
            yield str(used["name"]), str(used["version"])
    except (ValueError, AttributeError, KeyError, TypeError):
        return


def _project(found: Gathered, home: Path, by_file: dict[str, Node]) -> None:
    """Know the project as it is: what it serves may not be registered."""
    if not (home / CONFIG_NAME).is_file():
        return
    try:
        project = Project.read(home)
        digest = digest_of(project)
    except (AnOpsError, ConfigurationError, CommandError, OSError, ValueError):
        return  # `ao check` says what is wrong with it
    if digest in found.fits:
        return
    about = project.project
    node = found.graph.add(
        Node(f"fit:{digest}", Kind.VERSION, f"{about.name} {about.version} in this folder, not registered",
             {"digest": digest, "project_version": about.version})
    )  # fmt: skip
    found.fit(node, digest)
    artifact = None if project.model.artifact is None else home / project.model.artifact
    if artifact is not None and artifact.is_file() and (run := by_file.get(sha256_of(artifact))) is not None:
        found.graph.connect(run, node, "fitted in")


def _datasets(found: Gathered, folder: Path) -> None:
    if not entry_points(group=GROUP):
        return
    with _noting(found, "datasets"):
        board = board_of(data(), folder, None)
        for name in board.names():
            for stored in board.versions(name):
                node = Node(f"data:{name}/{stored.version}", Kind.DATASET, f"{name} {stored.version}",
                            {"hash": stored.hash, "created": stored.created})  # fmt: skip
                found.graph.nodes[node.id] = node


def _images(found: Gathered) -> None:
    from anops_control.building.engine import connect, engine_faults  # noqa: PLC0415  the Docker SDK is slow to import
    from anops_control.building.same_version import LABEL  # noqa: PLC0415  the same

    try:
        client = connect()
    except CommandError:
        found.away.append("Images were not checked: no Docker engine answers.")
        return
    with closing(client), engine_faults():
        images = client.images(filters={"label": LABEL})
    for image in images:
        digest = str((image.get("Labels") or {}).get(LABEL, ""))
        names = [name for name in image.get("RepoTags") or () if name != "<none>:<none>"]
        label = ", ".join(names) or str(image["Id"])[7:19]
        facts = {"image_id": str(image["Id"]), "tags": names, "digest": digest}
        node = found.graph.add(Node(f"image:{names[0] if names else image['Id']}", Kind.IMAGE, label, facts))
        for version in found.fits.get(digest, ()):
            found.graph.connect(version, node, "built of")


def _predictions(found: Gathered, place: LogPlace) -> None:
    try:
        if not is_there(place):
            return
        found.store = PredictionStore(place, only_read=True)
        for digest, versions in found.fits.items():
            known = found.store.of_model(digest)
            if known is None:
                continue
            span = {"first": utc_text(known.first), "last": utc_text(known.last)}
            label = f"{counted(known.requests, 'request')}, {counted(known.rows, 'row')}"
            facts = {"requests": known.requests, "rows": known.rows, **span}
            node = found.graph.add(Node(f"requests:{digest}", Kind.PREDICTION, label, facts))
            for version in versions:
                found.graph.connect(version, node, "answered by")
        if dropped := found.store.dropped():
            found.notes.append(f"{dropped} requests were answered and not kept: the service was too busy for its log.")
    except (OSError, OtherFormError) as error:
        found.store = None
        found.unread = f"Predictions were not checked: {error}"
        found.notes.append(found.unread)


@contextmanager
def _noting(found: Gathered, what: str) -> Iterator[None]:
    """Go on without what can't be looked at, and say so."""
    try:
        yield
    except (CommandError, ConfigurationError, AnOpsError, OSError) as error:
        found.notes.append(f"The {what} were not checked: {str(error).splitlines()[0]}")


def _plain(metrics: Any) -> dict[str, float]:  # noqa: ANN401  a mapping
    return {name: value for name, value in metrics.items() if not name.startswith("system/") and value == value}  # noqa: PLR0124  NaN


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
