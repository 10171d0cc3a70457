"""Which version answers a request: by weights, and always the same one for the same unit.

A unit is who or what a caller names in a header: a customer, a device. Its place between 0 and 1 comes of a hash alone,
so that all copies of a service, also after a restart, agree without asking each other; and a version whose share grows
keeps the units that it had. A request that names none is a unit by itself. What a version was given by chance is kept
with its unit, and so can be compared; not what named its version, or came while one of them was away.
"""

from __future__ import annotations

import hashlib
from itertools import accumulate
from typing import TYPE_CHECKING

from anops_http.request_ids import request_id_of

from anops_api_service.facts import facts_of
from anops_api_service.traffic.arms import arms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.traffic.arms import Arm


class Split:
    """Requests for a model that name no version, split between its versions."""

    def __init__(self, models: Models, arms: Sequence[Arm], header: str) -> None:
        """Split requests.

        Args:
            models: All models of the service.
            arms: The versions, with their shares; the first takes over for one that is away.
            header: The header that names the unit.
        """
        self._models = models
        self._arms = tuple(arms)
        self._header = header.lower().encode("latin-1")

    def chosen(self, scope: Scope) -> ServedModel | None:
        """Return the version that answers a request; None where the request is not split."""
        path = scope.get("path_params") or {}
        name = self._arms[0].name
        if "version" in path or ("name" in path and path["name"] != name):
            return None
        if "name" not in path:
            identity = self._models.identity(self._models.default())
            if identity is None or identity[0] != name:
                return None
        unit = self._unit(scope) or request_id_of(scope)
        there = [self._there(arm) for arm in self._arms]
        if all(there):
            facts_of(scope).unit = hashed(name, unit)
        place = place_of(name, unit)
        last = len(self._arms) - 1
        which = next((n for n, share in enumerate(accumulate(arm.share for arm in self._arms)) if place < share), last)
        return there[which] or next(filter(None, there), None)

    def _there(self, arm: Arm) -> ServedModel | None:
        """Return an arm's model; None where it can't be asked now."""
        for one in self._models.served:
            if self._models.identity(one) == (arm.name, arm.version) and one.problem is None:
                return one
        return None

    def _unit(self, scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == self._header:
                return str(value.decode("latin-1"))
        return ""


def place_of(model: str, unit: str) -> float:
    """Return the place of a unit: evenly between 0 and 1, another for each model."""
    digest = hashlib.blake2b(f"{model}\0{unit}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def hashed(model: str, unit: str) -> str:
    """Return what is kept of a unit: enough to tell units apart."""
    return hashlib.blake2b(f"kept\0{model}\0{unit}".encode(), digest_size=8).hexdigest()


def split_of(models: Models, text: str, header: str) -> Split | None:
    """Return the split that a setting names; None where it is empty."""
    arms = arms_of(text)
    return Split(models, arms, header) if arms else None
