"""A temporary image and container for the checks, made from the very image that is pushed."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from docker.errors import APIError, NotFound

from anops_control.building.check_files import files_for_checks
from anops_control.building.check_tools import recipe_for
from anops_control.building.diagnosis import explain_tools
from anops_control.building.engine import engine_faults
from anops_control.building.following import StepFailedError
from anops_control.building.image_build import run_build
from anops_control.building.image_place import LIFE_SECONDS, ImagePlace
from anops_control.building.packed import packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import docker

    from anops_control.building.check_tools import Recipe
    from anops_control.configuration import Configuration
    from anops_control.events import Events

_LABEL = "org.anops.throw-away"
_END_SECONDS = 15


@contextmanager
def place_of_image(
    client: docker.APIClient, image: str, configuration: Configuration, events: Events, memory_bytes: int | None = None
) -> Iterator[ImagePlace]:
    """Make a child of an image with the tools of the checks, start it, and leave nothing of it behind.

    Args:
        client: The engine.
        image: The ID of the image.
        configuration: The project it was built from.
        events: Where the steps are shown.
        memory_bytes: How much memory all in it may take together; None for any.

    Raises:
        CommandError: What the checks need can't be installed, or the engine failed.
    """
    events.step("Making a temporary image with the tools of the checks")
    files = files_for_checks(configuration.folder)
    recipe = recipe_for(configuration.project.project.language, files)
    with engine_faults():
        known = client.inspect_image(image)["Config"]
    variables = dict(pair.partition("=")[::2] for pair in known.get("Env") or ())
    project = variables.get("ANOPS_PROJECT") or known.get("WorkingDir") or "/project"
    user = known.get("User") or "0"
    container: str | None = None
    made: str | None = None
    try:
        with engine_faults():
            made = run_build(client, _context(image, recipe, files, project, user), events, labels={_LABEL: "true"})
            container = client.create_container(
                made,
                entrypoint=["sleep", str(LIFE_SECONDS)],
                command=[],
                labels={_LABEL: "true"},
                healthcheck={"test": ["NONE"]},
                host_config=client.create_host_config(init=True, auto_remove=True, **_memory(memory_bytes)),
            )["Id"]
            client.start(container)
        yield ImagePlace(client, container, project, events, memory_bytes)
    except StepFailedError as failure:
        raise explain_tools(failure) from failure
    finally:
        with events.undisturbed():
            _remove(client, image, container, made)


def _memory(limit: int | None) -> dict[str, int]:
    return {} if limit is None else {"mem_limit": limit, "memswap_limit": limit}


def _context(image: str, recipe: Recipe, files: Mapping[str, bytes], project: str, user: str) -> io.BytesIO:
    lines = [f"FROM {image}", "USER 0", "COPY tools /anops-checks", recipe.install]
    # COPY needs both folders, also where there is nothing in them
    lines += [f"COPY --chown={user if ':' in user else f'{user}:{user}'} project {project}", f"USER {user}"]
    tools = {f"tools/{name}": content for name, content in recipe.tools.items()}
    own = {f"project/{name}": content for name, content in files.items()}
    return io.BytesIO(packed({"Dockerfile": "\n".join(lines).encode(), **tools, **own}, ("tools", "project")))


def _remove(client: docker.APIClient, image: str, container: str | None, made: str | None) -> None:
    """Remove the container, and what was made from the image: all of it, also where the last step failed."""
    with engine_faults():
        if container is not None:
            _remove_container(client, container)
        for child in [made] if made else _unnamed_children(client, image):
            _remove_image(client, child)


def _remove_container(client: docker.APIClient, container: str) -> None:
    try:
        client.remove_container(container, force=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:  # it was ended, and removes itself
            raise


def _remove_image(client: docker.APIClient, image: str) -> None:
    """Remove an image, and with it those that it was made from."""
    end = time.monotonic() + _END_SECONDS
    while True:
        try:
            client.remove_image(image, force=True)
        except NotFound:
            return
        except APIError as error:
            # the step that was interrupted still ends
            if error.status_code != HTTPStatus.CONFLICT or time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _unnamed_children(client: docker.APIClient, image: str) -> list[str]:
    """Return the images of the steps that came after an image, the youngest first."""
    known = client.images(all=True)
    children, generation = list[str](), {image}
    while generation:
        generation = {each["Id"] for each in known if each["ParentId"] in generation and not _is_named(each)}
        children = [*generation, *children]
    return children


def _is_named(known: dict[str, Any]) -> bool:
    return any(tag != "<none>:<none>" for tag in known["RepoTags"] or ())
