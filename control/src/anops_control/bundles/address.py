"""Where a bundle is in a registry: `oras://HOST/NAME:TAG`, or `oras://HOST/NAME@sha256:DIGEST`."""

from __future__ import annotations

from dataclasses import dataclass

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.supply.oci_registry import Reference

SCHEME = "oras://"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a bundle.

    Attributes:
        reference: The registry, the repository, and a tag or a digest.
    """

    reference: Reference

    @classmethod
    def read(cls, text: str) -> Address:
        """Read what a person wrote.

        Raises:
            CommandError: It is no address of a bundle.
        """
        found = Reference.of(text.removeprefix(SCHEME)) if text.startswith(SCHEME) else None
        if found is None:
            raise CommandError(
                f"`{text}` is not the address of a bundle.",
                remedy="Write it as oras://HOST/NAME:TAG, such as oras://registry.example.com/team/outbreak:1",
                code=Code.USAGE,
            )
        return cls(found)

    @property
    def is_fixed(self) -> bool:
        """Whether it names a digest, which means one bundle for ever, and not a tag, which may move."""
        return self.reference.wanted.startswith("sha256:")

    def at(self, digest: str) -> str:
        """Return the address of that very bundle."""
        return f"{SCHEME}{self.reference.name}@{digest}"

    def __str__(self) -> str:
        """Return it as it is written."""
        sign = "@" if self.is_fixed else ":"
        return f"{SCHEME}{self.reference.name}{sign}{self.reference.wanted}"
