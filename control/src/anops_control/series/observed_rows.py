"""What a service knows to have been observed of its series, as a file of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.looking.served import served
from anops_control.predicting.client import CSV, refused
from anops_control.series.asking import contract_of

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.series.contract import SeriesContract

_HEAD_AND_ROW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Observing:
    """A service that takes in observations.

    Attributes:
        folder: The project that it serves.
        url: Where it is; None: where this project is served.
        key: A key with the scopes `observe` and `metadata`, where it needs one.
        ca_file: Certificates of authorities that are trusted over HTTPS.
    """

    folder: Path
    url: str | None = None
    key: str | None = None
    ca_file: Path | None = None

    def write(self, target: Path) -> SeriesContract:
        """Write what was observed since the fit into a CSV file.

        Args:
            target: The file: a row for each observation, with its keys, time, value and regressors.

        Returns:
            What the model says of its series.

        Raises:
            AnOpsError: The service refuses.
            CommandError: It can't be reached, its model is of no series, or nothing was observed.
        """
        with served(self.folder, self.url, self.key, self.ca_file) as service:
            contract = contract_of(service.card())
            answer = refused(service.client.get(f"{service.url}/observations", headers={"accept": CSV}))
        if len(answer.content.splitlines()) < _HEAD_AND_ROW:
            raise CommandError(
                f"The service at {service.url} knows of no observation.",
                remedy="Send it some: ao series observe FILE",
                code=Code.NO_SERIES,
            )
        target.write_bytes(answer.content)
        return contract
