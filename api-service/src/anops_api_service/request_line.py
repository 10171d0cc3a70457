"""What the log says of one request: who it was for, what became of it, how long each part took; never what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from anops_api_service.facts import Facts


@dataclass(slots=True, eq=False)
class RequestLine:
    """One request; made for each, so not frozen: that costs several times as much.

    Attributes:
        request_id: Its id.
        method: Its method.
        path: Its path, without what no log should hold.
        status: The status it was answered with; 0: its client left.
        code: The code of its problem; empty: none.
        seconds: How long it took.
        facts: What became known of it; None where that was nothing.
        caller: Who asked; empty: nobody said so.
        trace_id: The trace that it is part of; empty: none.
    """

    request_id: str
    method: str
    path: str
    status: int
    code: str
    seconds: float
    facts: Facts | None
    caller: str
    trace_id: str = ""

    def text(self) -> str:
        """Write it for a person."""
        parts = [f"{self.method} {self.path} {self.status or '-'} {self.seconds * 1000:.1f} ms"]
        facts = self.facts
        if facts is not None and facts.rows is not None:
            queue, model = (facts.queue_seconds or 0.0) * 1000, (facts.model_seconds or 0.0) * 1000
            rows = f"{facts.rows} row{'' if facts.rows == 1 else 's'}"
            parts.append(f"({queue:.1f} queue, {model:.1f} model) {rows}")
        if facts is not None and facts.model is not None:
            parts.append(f"{facts.model.name} {facts.model.version}".rstrip())
        parts.append(self.request_id)
        if self.code:
            parts.append(self.code)
        if self.caller:
            parts.append(f"by {self.caller}")
        if self.trace_id:
            parts.append(f"trace {self.trace_id}")
        return " ".join(parts)

    def fields(self) -> dict[str, Any]:
        """Return it for programs: times are in milliseconds."""
        told: dict[str, Any] = {
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
            "status": self.status or None,
            "code": self.code or "OK",
            "ms": round(self.seconds * 1000, 3),
        }
        facts = self.facts
        if facts is not None and facts.rows is not None:
            told["queue_ms"] = round((facts.queue_seconds or 0.0) * 1000, 3)
            told["model_ms"] = round((facts.model_seconds or 0.0) * 1000, 3)
            told["rows"] = facts.rows
        if facts is not None and facts.model is not None:
            told["model"], told["version"] = facts.model.name, facts.model.version
            told["digest"] = facts.model.digest or None
        told["api_version"] = API_VERSION
        if self.caller:
            told["caller"] = self.caller
        if self.trace_id:
            told["trace_id"] = self.trace_id
        return told
