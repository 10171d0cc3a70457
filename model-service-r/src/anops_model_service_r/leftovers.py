"""Opens a loaded R model: what it holds beside what it needs, and the means to try without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.examination.leftovers import Leftover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_service_r.embedded import R


class RInspection:
    """A loaded R model, opened; see `Inspection`."""

    def __init__(self, r: R) -> None:
        self._r = r
        listing = r.call("serve_leftovers").value
        fields = [dict(zip(found.names, found, strict=True)) for found in listing]
        self.leftovers: Sequence[Leftover] = [
            Leftover(
                kind=found["kind"][0],
                name=found["name"][0],
                where=found["where"][0],
                what=found["what"][0],
                rows=int(found["rows"][0]),
                bytes=int(found["bytes"][0]),
            )
            for found in fields
        ]

    def take_out(self, place: int) -> bool:
        """Take one of the leftovers out; see `Inspection.take_out`."""
        return bool(self._r.call("serve_take_out", self._place(place)).value[0])

    def put_back(self, place: int) -> None:
        """Put it back; see `Inspection.put_back`."""
        self._r.call("serve_put_back", self._place(place))

    def _place(self, place: int) -> object:
        return self._r.rinterface.IntSexpVector([place + 1])
