"""Pushes an image to its registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from docker.errors import APIError

from anops_control.building.credentials import PASSWORD, USER, environment_credentials, login_credentials
from anops_control.building.engine import engine_faults, explanation
from anops_control.building.following import Layers
from anops_control.building.registry_words import Refusal, refusal_of
from anops_control.errors import CommandError
from anops_control.surroundings import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    import docker

    from anops_control.events import Events


@dataclass(frozen=True, slots=True)
class Pushed:
    """One name in the registry.

    Attributes:
        name: With registry and tag.
        digest: What it stands for, `sha256:…`.
    """

    name: str
    digest: str


def push(client: docker.APIClient, names: Sequence[str], events: Events) -> tuple[Pushed, ...]:
    """Push an image under several names; the first in the list is pushed last.

    A registry shows a name only when all that belongs to it is there, so the version, which comes first, stands
    for a complete image at every moment.

    Raises:
        CommandError: The registry can't be reached or does not take it; the names that are there are said.
    """
    credentials = environment_credentials(current().variables) or login_credentials(names[0])
    done: list[Pushed] = []
    for name in reversed(names):
        events.step(f"Pushing {name}")
        digest, said = _push(client, name, credentials, events)
        if digest is None:
            raise _refused(name, said, done)
        done.append(Pushed(name, digest))
    return tuple(reversed(done))


def _push(
    client: docker.APIClient, name: str, credentials: dict[str, str] | None, events: Events
) -> tuple[str | None, str]:
    repository, _, tag = name.rpartition(":")
    layers, digest = Layers(events), None
    extra: dict[str, Any] = {"auth_config": credentials} if credentials else {}
    try:
        with engine_faults():
            for event in client.push(repository, tag=tag, stream=True, decode=True, **extra):
                if "error" in event:
                    return None, " ".join(str(event["error"]).split())
                digest = event.get("aux", {}).get("Digest", digest)
                layers.show(event)
    except CommandError as error:
        if not isinstance(error.__cause__, APIError):
            raise
        return None, explanation(error.__cause__)
    return digest, "it named no digest"


def _refused(name: str, said: str, done: Sequence[Pushed]) -> CommandError:
    registry = name.partition("/")[0]
    refused = f"The registry {registry} refuses the credentials"
    login = f"`docker login {registry}`"
    # those of the environment go before those of a login, which would change nothing
    credentials = (
        (f"{refused} of {USER}", f"Fix {USER} and {PASSWORD}, or unset both to use those of {login}.")
        if environment_credentials(current().variables)
        else (refused, f"Log in with {login} as someone who may push there, or set {USER} and {PASSWORD}.")
    )
    reason, remedy = {
        Refusal.CREDENTIALS: credentials,
        Refusal.UNREACHABLE: (
            f"The registry {registry} can't be reached",
            "Fix `[image] repository` in ao.toml, or the network.",
        ),
        Refusal.UNTRUSTED: (
            f"The certificate of the registry {registry} is not trusted",
            f"Put its certificate into /etc/docker/certs.d/{registry}/ca.crt on the engine's machine.",
        ),
    }.get(refusal_of(said), (f"The registry {registry} rejects the image", None))
    there = ", ".join(pushed.name for pushed in done)
    return CommandError(
        f"{reason}: `{name}` is not pushed.",
        details=[f"The engine said: {said}", f"Pushed before: {there}." if there else "Nothing was pushed."],
        remedy=remedy,
        code=Code.REGISTRY,
    )
