"""Tells a running service what was observed of its series since the model was fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_control.events import telling
from anops_control.looking.served import served
from anops_control.predicting.client import refused
from anops_control.series.asking import contract_of, file_of, numbers_of
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveRequest:
    """What was observed, and of whose series."""

    folder: Path
    """The project whose service is told; a folder that is in no project: the service at port 8080."""
    file: Path
    """The observations, as CSV, Parquet or Arrow: the columns of keys, time, value and regressors."""
    corrections: bool = False
    """Let a value replace another that was observed before for the same time."""
    encoding: str | None = None
    """The encoding of the file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    url: str | None = None
    """Where the service is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `observe` and `metadata`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


@dataclass(frozen=True, slots=True)
class ObserveResult:
    """What became of the observations.

    Attributes:
        answer: What the service said: how many were new, the same, corrected and late, the state, warnings.
    """

    answer: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.answer


def run(request: ObserveRequest, events: Events) -> ObserveResult:
    """Send them: the service takes in all of them, or none.

    Raises:
        AnOpsError: The service refuses them.
        CommandError: The file can't be read, or the service not be reached.
    """
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        card = service.card()
        file = file_of(
            request.file,
            asked_of(request.encoding, request.separator, request.decimal),
            numbers=numbers_of(card, contract_of(card)),
        )
        answer = service.client.post(
            f"{service.url}/observations",
            content=b"".join(file.body()),
            headers={"content-type": file.sent_as},
            params={"corrections": "true"} if request.corrections else {},
        )
    return ObserveResult(refused(answer).json())


VERB = Verb("series observe", "Send a service what was observed of its series.", ObserveRequest, run)
