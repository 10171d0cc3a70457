"""The way of `ao build`: build, test, name, push."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_project.digest import digest_of
from anops_project.recorded import require_recorded

from anops_control.budget import limited
from anops_control.building.build_result import BuildPlan, Result
from anops_control.building.compose_file import compose_runs
from anops_control.building.credentials import environment_credentials
from anops_control.building.engine import connect, engine_faults
from anops_control.building.image_build import bases_of, build_image, inspect_image
from anops_control.building.kept import keep_bill_of, sign_image
from anops_control.building.names import ImageNames
from anops_control.building.platforms import require_platform
from anops_control.building.published import require_keys
from anops_control.building.push import push
from anops_control.building.recorded import record_versions
from anops_control.building.revision import commit_of, revision_of
from anops_control.building.same_version import LABEL, other_model, refuse_same_version
from anops_control.building.throw_away import place_of_image
from anops_control.checking import Choice, Outcome, check_in
from anops_control.errors import CommandError
from anops_control.supply.attestations import BILL, PROVENANCE
from anops_control.supply.provenance import provenance_of
from anops_control.surroundings import current

if TYPE_CHECKING:
    from pathlib import Path

    import docker

    from anops_control.building.image_build import Built
    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits


def build_project(configuration: Configuration, plan: BuildPlan, events: Events) -> Result:
    """Build a project's image, and test and push it where this is asked for.

    Args:
        configuration: The project.
        plan: What is asked for.
        events: Where the steps are told.

    Raises:
        CommandError: It can't be built or pushed.
        AnOpsError: `MODEL_LOAD`: the fitted model is not the file that was taken in.
    """
    started = time.monotonic()
    project = configuration.project.project
    revision = revision_of(configuration.folder)
    names = ImageNames.of(project.name, configuration.image.repository, (project.version, revision, *plan.tags))
    if plan.push:
        _require_registry(names)
    require_keys(configuration.folder)
    require_recorded(configuration.project)  # no service would load it
    digest = digest_of(configuration.project)
    client = connect()
    with engine_faults():
        versioned = [name for name in names.all if name.endswith(f":{project.version}")]
        other = other_model(client, versioned, digest)
        if other is not None and not plan.replace:
            refuse_same_version(other[0], there=other[1], digest=digest, version=project.version)
        if plan.platform is not None:
            require_platform(client, plan.platform)
        labels = _labels(configuration, revision) | {LABEL: digest}
        before = _image_called(client, names.untested)
        built = build_image(client, configuration, events, name=names.untested, labels=labels, platform=plan.platform)
        _forget(client, before, built.image)
        checks = _checked(client, built.image, configuration, events, plan.limits) if plan.test else None
        result = Result(
            built,
            (names.untested,),
            version=project.version,
            revision=revision,
            checks=checks,
            pushed=(),
            seconds=0.0,
            digest=digest,
            replaced=other[1] if other is not None else None,
        )
        if result.passed:
            result = replace(result, **_published(client, configuration, plan, names, built, events))
            taken = replace(result, seconds=time.monotonic() - started)
            result = replace(result, **_accompanied(client, configuration, plan, taken, events))
        seconds = time.monotonic() - started
        return replace(result, built=inspect_image(client, built.image), seconds=seconds)


def _checked(
    client: docker.APIClient, image: str, configuration: Configuration, events: Events, limits: Limits
) -> tuple[Outcome, ...]:
    """Check an image in a child of its own: lint, tests, their coverage, and the reference predictions."""
    with place_of_image(client, image, configuration, events, limits.memory_bytes) as place, limited(limits):
        return tuple(check_in(place, configuration, Choice(), events.step))


def _published(
    client: docker.APIClient,
    configuration: Configuration,
    plan: BuildPlan,
    names: ImageNames,
    built: Built,
    events: Events,
) -> dict[str, Any]:
    """Give a tested image its names, and return what of the result that makes."""
    section = configuration.image
    recorded = bool(section.r_repositories) and record_versions(client, built.image, configuration.folder)
    _name(client, built.image, names)
    pushed = push(client, names.remote, events) if plan.push else ()
    composed = compose_runs(
        configuration.folder,
        names.all[0],
        known_as=[names.name, *([names.repository] if names.repository else [])],
        bases=bases_of(configuration),
        is_here=lambda name: _image_called(client, name) is not None,
    )
    return {"names": names.all, "recorded": recorded, "pushed": pushed, "composed": composed}


def _accompanied(
    client: docker.APIClient, configuration: Configuration, plan: BuildPlan, result: Result, events: Events
) -> dict[str, Any]:
    """Keep what belongs to an image, and sign it where that is wanted."""
    folder, image, name = plan.kept_in or configuration.folder, result.built.image, result.names[0]
    events.step("Listing what is installed in the image")
    found: dict[str, Any] = {}
    try:
        found["bill"] = keep_bill_of(client, image, name, folder)
    except CommandError as error:  # such as a folder of another user: the image is built all the same
        events.warning(f"The list of what is installed in the image is not kept. {error}")
    if plan.sign:
        found["signed_by"] = sign_image(
            image,
            name.rpartition(":")[0],
            result.pushed,
            model_digest=result.digest,
            folder=folder,
            said=_said(configuration, result, found.get("bill")),
            events=events,
        )
    return found


def _said(configuration: Configuration, result: Result, bill: Path | None) -> dict[str, dict[str, Any]]:
    """Return what is said of an image where it is signed: where it comes from, and what is in it."""
    commit = commit_of(configuration.folder)
    told = provenance_of(
        project=configuration.project.project.name,
        version=result.version,
        # what was committed while it was built is not what it was built from
        commit=commit if commit is not None and commit.tag == result.revision else None,
        model_digest=result.digest,
        bases=bases_of(configuration),
        seconds=result.seconds,
    )
    return {PROVENANCE: told, **({BILL: json.loads(bill.read_text(encoding="utf-8"))} if bill else {})}


def _require_registry(names: ImageNames) -> None:
    environment_credentials(current().variables)
    if names.repository is None:
        raise CommandError(
            "There is no registry to push to.",
            remedy=f'Add `repository = "registry.example.com/team/{names.name}"` to the section `[image]` of ao.toml.',
            code=Code.PROJECT_INVALID,
        )


def _labels(configuration: Configuration, revision: str | None) -> dict[str, str]:
    """Return the labels of the Open Container Initiative; those of the base are about the base."""
    project = configuration.project.project
    return {
        "org.opencontainers.image.title": project.name,
        "org.opencontainers.image.version": project.version,
        "org.opencontainers.image.description": project.description,
        "org.opencontainers.image.revision": revision or "",
        # AnOps' own licence is none of the model's, and which that is nobody has said
        "org.opencontainers.image.licenses": "",
    }


def _image_called(client: docker.APIClient, name: str) -> str | None:
    return next((str(image["Id"]) for image in client.images(name=name)), None)


def _forget(client: docker.APIClient, before: str | None, now: str) -> None:
    """Remove an untested image of an earlier build, where it has no name any more; its cached steps stay."""
    if before is None or before == now:
        return
    known = next((image for image in client.images(filters={"dangling": True}) if image["Id"] == before), None)
    if known is not None:
        client.remove_image(before, noprune=True)


def _name(client: docker.APIClient, image: str, names: ImageNames) -> None:
    for name in names.all:
        repository, _, tag = name.rpartition(":")
        client.tag(image, repository, tag)
    client.remove_image(names.untested, noprune=True)
