"""Which model gave an answer, as the answer says it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

Header = tuple[bytes, bytes]

_AS_IT_IS = " !#$&'()*+,/:;=?@[]^_`{|}~-."
"""What a header can hold as it is, beside letters and digits."""


@dataclass(frozen=True)
class Identity:
    """Which model it is. One of these lasts as long as its model: what is written into each answer is made once.

    Attributes:
        name: Its name.
        version: Its version; empty where the server names none.
        digest: Which fit it is; empty where the server does not say.
    """

    name: str
    version: str = ""
    digest: str = ""

    @cached_property
    def member(self) -> dict[str, str | None]:
        """What stands as `model` in an answer in JSON."""
        return {"name": self.name, "version": self.version, "digest": self.digest or None}

    @cached_property
    def headers(self) -> tuple[Header, ...]:
        """The headers of an answer in a format that has no place for it; what is not ASCII is percent-encoded."""
        told = (("model", self.name), ("model-version", self.version), ("model-digest", self.digest))
        return tuple((f"anops-{key}".encode(), quote(text, safe=_AS_IT_IS).encode()) for key, text in told if text)

    def as_of(self, version: str, digest: str) -> Identity:
        """Return the identity that an answer names: nearly always this one."""
        version, digest = version or self.version, digest or self.digest
        if version == self.version and digest == self.digest:
            return self
        return Identity(self.name, version, digest)
