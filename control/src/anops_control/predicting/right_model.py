"""Finds the service of this project, and sees to it that its model, and no other, answers."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.digest import digest_of

from anops_control import events
from anops_control.errors import CommandError
from anops_control.predicting.client import LOOPBACK, with_key
from anops_control.predicting.trust import Trust, own_certificate, trusting, verification
from anops_control.serving.running import running

if TYPE_CHECKING:
    from anops_control.configuration import Configuration

_TIMEOUT = httpx.Timeout(10, connect=5)
_RELOAD_SECONDS = 8.0
"""How long `ao serve` may take to load a model that has just changed."""


@dataclass(frozen=True, slots=True)
class Model:
    """Which model it is.

    Attributes:
        name: Its name.
        version: Its version.
        digest: Which fit it is; None where a server does not say.
    """

    name: str
    version: str
    digest: str | None

    def __str__(self) -> str:
        """Return it as messages name it."""
        told = f"`{self.name}`" + (f" {self.version}" if self.version else "")
        return f"{told} ({self.digest})" if self.digest else told

    def is_model_of(self, project: Model) -> bool:
        """Say whether it is the model of a project, as far as it tells."""
        if (self.name, self.version) != (project.name, project.version):
            return False
        return None in {self.digest, project.digest} or self.digest == project.digest


def own_service(configuration: Configuration, key: str | None = None) -> tuple[str, str | None, Trust | None]:
    """Return the URL of the service that has this project's model, the key that opens it, and whom it must be by TLS.

    That is the one that `ao serve` runs for this project, else one at the port of ao.toml, such as that of its
    container.

    Args:
        configuration: The project.
        key: The key that is known; a service that `ao serve` runs for it has left its own.

    Raises:
        CommandError: None runs, or it has another model.
    """
    wanted = model_of(configuration)
    there = running(configuration.folder)
    for known in there:
        trust = own_certificate(known.certificate)
        with trusting(trust):
            found = _when_loaded(known.url, wanted, known.key or key)
        if found is not None and found.is_model_of(wanted):
            return known.url, known.key or key, trust
    url = f"http://127.0.0.1:{configuration.project.service.port or 8080}"
    if there:
        asked = there[0].url
        with trusting(own_certificate(there[0].certificate)):
            found = model_at(asked, there[0].key or key)
        if found is not None:
            raise _another(
                asked,
                found,
                wanted,
                "Its log says why it has not taken the change; start it again: ao serve",
            )
    found = model_at(url, key)
    if found is None or found.is_model_of(wanted):
        return url, key, None  # where nothing answers, the question itself says so
    raise _another(url, found, wanted, f"Start this project's own service: ao serve; or ask that one: --url {url}")


def check_given(url: str, configuration: Configuration, key: str | None = None) -> None:
    """Tell a person in a project where the service that they have named has another model.

    They have said whom to ask, so it is asked all the same.
    """
    wanted, found = model_of(configuration), model_at(url, key)
    if found is not None and not found.is_model_of(wanted):
        events.current().warning(f"{url} has another model than this project: {found}, not {wanted}.")


def model_of(configuration: Configuration) -> Model:
    """Return which model a project has; without a digest where its files are not all there."""
    digest = None
    with suppress(AnOpsError):
        digest = digest_of(configuration.project)
    section = configuration.project.project
    return Model(section.name, section.version, digest)


def model_at(url: str, key: str | None = None) -> Model | None:
    """Return which model a service has; None where none of ours answers, or its model is not ready."""
    try:
        trust = urlsplit(url).hostname not in LOOPBACK
        with httpx.Client(verify=verification(url), trust_env=trust, timeout=_TIMEOUT, headers=with_key(key)) as client:
            answer = client.get(f"{url}/model")
        card: Any = answer.json() if answer.is_success else None
    except (httpx.HTTPError, ValueError):
        return None
    if not isinstance(card, dict) or not isinstance(card.get("name"), str) or "schema" not in card:
        return None
    return Model(card["name"], str(card.get("version") or ""), card.get("digest") or None)


def _when_loaded(url: str, wanted: Model, key: str | None) -> Model | None:
    """Return which model a service of this project has, once it had the time to take in a change."""
    end = time.monotonic() + _RELOAD_SECONDS
    while True:
        found = model_at(url, key)
        if found is None or found.is_model_of(wanted) or time.monotonic() > end:
            return found
        time.sleep(0.3)


def _another(url: str, found: Model, wanted: Model, remedy: str) -> CommandError:
    return CommandError(
        f"The service at {url} has another model than this project.",
        details=[f"The service has {found}.", f"The project has {wanted}."],
        remedy=remedy,
        code=Code.OTHER_MODEL,
    )
