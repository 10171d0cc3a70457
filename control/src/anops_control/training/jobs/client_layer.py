"""Gives an image the client of AnOps on top, where the steps of a training use it: datasets, features, logging."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control import python_client, r_client
from anops_control.building.engine import engine_faults
from anops_control.building.following import StepFailedError
from anops_control.building.image_build import run_build
from anops_control.building.packed import packed
from anops_control.errors import CommandError

if TYPE_CHECKING:
    import docker

    from anops_control.configuration import Configuration
    from anops_control.events import Events

TAG = "training"
"""The tag of an image with the client, so that it is made once."""
_LABEL = "org.anops.training-client"
_USED = re.compile(r"\banops\b")
_INSTALL = {
    "python": (
        "RUN python -c 'import anops.training, pyarrow' 2>/dev/null \\\n"
        # the client must not bring another version of what the model is fitted with
        " || (python -m pip list --format=freeze --exclude-editable >/tmp/installed.txt \\\n"
        " && python -m pip install --no-cache-dir --disable-pip-version-check --quiet --root-user-action=ignore"
        " --constraint /tmp/installed.txt '/anops-client/{file}[data]' && rm /tmp/installed.txt)"
    ),
    "r": (
        "RUN apt-get update -qq \\\n"
        " && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
        " r-cran-curl r-cran-jsonlite \\\n"
        " && R CMD INSTALL --no-docs --no-test-load /anops-client/{file}"
    ),
}


def with_client(
    client: docker.APIClient, image: dict[str, Any], configuration: Configuration, code: str, events: Events
) -> str:
    """Return the ID of an image in which the steps find what they use of AnOps: the image itself where that is nothing.

    Args:
        client: The engine.
        image: What the engine knows of the image.
        configuration: The project.
        code: The file with the steps.
        events: Where the build is shown.

    Raises:
        CommandError: It can't be installed.
    """
    own: str = image["Id"]
    if not _uses_client(configuration.folder, code):
        return own
    project = configuration.project.project
    with TemporaryDirectory(prefix="ao-client-") as place:
        write = r_client.write_package if project.language == "r" else python_client.write_wheel
        file = write(Path(place))
        content = file.read_bytes()
    install = _INSTALL[project.language].format(file=file.name)
    lines = [f"FROM {own}", "USER 0", "COPY client /anops-client", install]
    lines.append(f"USER {image['Config'].get('User') or '0'}")
    digest = hashlib.sha256("\n".join(lines).encode() + content).hexdigest()
    with engine_faults():
        known = client.images(filters={"label": f"{_LABEL}={digest}"})
    if known:
        return str(known[0]["Id"])
    events.step("Adding the client of AnOps to the image")
    context = packed({"Dockerfile": "\n".join(lines).encode(), f"client/{file.name}": content}, ("client",))
    try:
        with engine_faults():
            return run_build(client, io.BytesIO(context), events, tag=f"{project.name}:{TAG}", labels={_LABEL: digest})
    except StepFailedError as failure:
        raise CommandError(
            f"The client of AnOps, which `{code}` uses, can't be installed into the image.",
            details=[*failure.lines[-3:], failure.said],
            remedy="Check that containers reach the network; or build an image that has it, and name it as `image` in "
            "a provider's file.",
            code=Code.DEPENDENCY,
        ) from failure


def _uses_client(folder: Path, code: str) -> bool:
    files = {folder / code, *folder.glob("*.py"), *folder.glob("*.R"), *folder.glob("R/*.R")}
    return any(_USED.search(each.read_text(encoding="utf-8", errors="replace")) for each in files if each.is_file())
