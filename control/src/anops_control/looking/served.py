"""The service that is looked at: where it is, and what it says of itself."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.predicting.client import normal_url, refused, talking_to
from anops_control.predicting.right_model import check_given, own_service
from anops_control.predicting.trust import Trust, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx


@dataclass(frozen=True, slots=True)
class Served:
    """A running service.

    Attributes:
        url: Where it is.
        key: What opens it; None: nothing is needed, or known.
        client: Asks it.
    """

    url: str
    key: str | None
    client: httpx.Client

    def card(self) -> dict[str, Any]:
        """Return what it says of its model.

        Raises:
            AnOpsError: It refuses, or the model is not ready.
        """
        card: dict[str, Any] = self._asked("/model").json()
        return card

    def metrics(self) -> str:
        """Return its figures, in the text form of Prometheus.

        Raises:
            AnOpsError: It refuses.
            CommandError: It has none.
        """
        answer = self.client.get(f"{self.url}/metrics")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise CommandError(
                f"{self.url} has no figures.",
                remedy="Start it without ANOPS_METRICS=false, by an AnOps of this version.",
                code=Code.SERVICE_ANSWER,
            )
        return refused(answer).text

    def health(self) -> str | None:
        """Return why it can't predict; None where it can."""
        answer = self.client.get(f"{self.url}/health/ready")
        if answer.is_success:
            return None
        told = answer.json()
        return " ".join(str(part) for part in (told.get("detail", answer.status_code), told.get("remedy")) if part)

    def _asked(self, path: str) -> httpx.Response:
        return refused(self.client.get(f"{self.url}{path}"))


@contextmanager
def served(folder: Path, url: str | None, key: str | None, ca_file: Path | None) -> Iterator[Served]:
    """Find a service: whom a person named, else that of the project they are in, else the one at port 8080.

    Raises:
        CommandError: It can't be reached, or it has another model than the project.
    """
    trust = None if ca_file is None else Trust(ca_file)
    with trusting(trust):
        given = None if url is None else normal_url(url)
        try:
            configuration = load(folder)
        except CommandError:  # not in a project
            target = given or "http://127.0.0.1:8080"
        else:
            if given is None:
                target, key, trust = own_service(configuration, key)
            else:
                target = given
                check_given(given, configuration, key)
        with trusting(trust), talking_to(target, key) as client:
            yield Served(target, key, client)
