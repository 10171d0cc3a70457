"""Says where the model is served, and how to use it at once."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from ao import messages
from ao.init.next_steps import LONGEST_REQUEST

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  read from a flag, not bound here


@dataclass(frozen=True, slots=True)
class Ready:
    """A model that is served.

    Attributes:
        url: Where, as a client on this computer writes it.
        card: What `GET /model` answers.
        default_port: The port that `ao predict` takes by itself in this project.
    """

    url: str
    card: dict[str, Any]
    default_port: int

    def to_dict(self) -> dict[str, object]:
        """Return what a program needs to know."""
        return {
            "event": "ready",
            "url": self.url,
            "model": {key: self.card.get(key) for key in ("name", "version", "digest")},
            "curl": self.curl(),
        }

    def curl(self) -> str:
        """Return a line that asks for a prediction of the model's own example, as typed in a shell."""
        body = json.dumps(self.card.get("example") or {"data": []}, ensure_ascii=False)
        return f"curl {self.url}/predict -H 'Content-Type: application/json' -d {shlex.quote(body)}"

    def say(self) -> None:
        """Tell a person."""
        console = messages.console()
        name, version = self.card.get("name", ""), self.card.get("version", "")
        url = "" if self.url == f"http://127.0.0.1:{self.default_port}" else f" --url {self.url}"
        lines = [
            Text.assemble(
                ("✔", "green"), " ", (f"{name} {version}", "bold"), " is served on ", (self.url, "bold cyan")
            ),
            Text(f"  {self.card.get('digest') or ''}", style="dim"),
            Text(),
            Text.assemble("  See what it takes:   ", (f"{self.url}/docs", "cyan")),
            Text.assemble("  Predict from a file: ", (f"ao predict FILE.csv{url}", "cyan")),
            *self._example(),
            Text(),
            Text("  Ctrl-C stops it.", style="dim"),
            Text(),
        ]
        for line in lines:
            console.print(line, soft_wrap=True)  # a command must stay one line, to be copied

    def _example(self) -> list[Text]:
        if len(self.curl()) > LONGEST_REQUEST:
            return []  # thousands of columns; /docs has the whole example
        return [Text("  Predict one example:"), Text.assemble("    ", (self.curl(), "cyan"))]


def url_of(host: str, port: int) -> str:
    """Return the URL by which this computer reaches a service that listens on a host and a port."""
    shown = _EVERYWHERE.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
