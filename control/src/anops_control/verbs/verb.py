"""What a verb is: a request, what it tells meanwhile, a result, all of which JSON can write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_control.events import Events


class Result(Protocol):
    """What a verb returns."""

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""


_Request = TypeVar("_Request")
_Result = TypeVar("_Result", bound=Result)


@dataclass(frozen=True, slots=True)
class Verb(Generic[_Request, _Result]):
    """Something that can be done with AnOps.

    Attributes:
        name: What it is called, in `ao` too: "check", "extra add".
        about: What it does, in a sentence.
        request: The dataclass that says what is wanted; each key has a sentence below it.
        run: Does it. It prints nothing, catches no signal, and ends with `CancelledError` where it is wanted no more.
    """

    name: str
    about: str
    request: type[_Request]
    run: Callable[[_Request, Events], _Result]

    def read(self, told: Mapping[str, Any]) -> _Request:
        """Return a request that came as JSON.

        Raises:
            CommandError: A key is unknown, lacks, or has a value of another kind; all faults are named.
        """
        from anops_model_interface.codes import Code  # noqa: PLC0415  the same
        from pydantic import ValidationError  # noqa: PLC0415  slow to import, and of use for JSON alone

        from anops_control.errors import CommandError  # noqa: PLC0415  needed with it alone
        from anops_control.verbs.reading import adapter, faults_of  # noqa: PLC0415  the same

        try:
            read: _Request = adapter(self.request).validate_python(dict(told))
        except ValidationError as error:
            message = f"The request to {self.name} can't be read."
            raise CommandError(message, details=faults_of(error), code=Code.USAGE) from None
        return read

    def request_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a request."""
        from anops_control.verbs.reading import adapter  # noqa: PLC0415  slow to import

        return adapter(self.request).json_schema()
