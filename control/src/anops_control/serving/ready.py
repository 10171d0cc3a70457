"""A model that is served: where, which it is, and a line that asks it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.serving.by_certificate import asked_by_curl

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReadyService:
    """A model that is served.

    Attributes:
        url: Where, as a client on this computer writes it.
        card: What `GET /model` answers.
        default_port: The port that `ao predict` takes by itself in this project.
        needs_key: Whether callers need a key.
        certificate: Its certificate; None: it answers over HTTP.
    """

    url: str
    card: dict[str, Any]
    default_port: int
    needs_key: bool = False
    certificate: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what a program needs to know."""
        return {
            "event": "ready",
            "url": self.url,
            "model": {key: self.card.get(key) for key in ("name", "version", "digest")},
            "curl": self.curl(),
            "forecasts": self._forecasts,
        }

    @property
    def _forecasts(self) -> bool:
        """Whether `POST /forecast` answers without being told of the future."""
        series = self.card.get("series") or {}
        inputs = set((self.card.get("schema") or {}).get("inputs") or ())
        return bool(series) and inputs == {"step", *series.get("keys", ())}

    @property
    def known_url(self) -> str:
        """The address that `ao predict` takes by itself in this project: what it serves over HTTPS, it knows."""
        return f"http://127.0.0.1:{self.default_port}" if self.certificate is None else self.url

    def curl(self) -> str:
        """Return a line that asks for a forecast, or a prediction of the model's own example, as typed in a shell."""
        path, asked = "predict", self.card.get("example") or {"data": []}
        if self._forecasts:
            path, asked = "forecast", {"horizon": 12}
        body = json.dumps(asked, ensure_ascii=False)
        key = ' -H "Authorization: Bearer $ANOPS_KEY"' if self.needs_key else ""
        url, flags = asked_by_curl(self.url, self.certificate)
        return f"curl {flags}{url}/{path}{key} -H 'Content-Type: application/json' -d {shlex.quote(body)}"
