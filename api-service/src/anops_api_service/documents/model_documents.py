"""All documents of one model, each made once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from anops_api_service.documents.card import card_of
from anops_api_service.documents.example import example_of
from anops_api_service.documents.openapi import openapi_of

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel


class ModelDocuments:
    """The documents of one model.

    Attributes:
        model: What they are about.
    """

    def __init__(self, model: DescribedModel) -> None:
        """Make nothing yet.

        Args:
            model: What they are about.
        """
        self.model = model
        self._openapi: dict[str, bytes] = {}

    @cached_property
    def example(self) -> list[dict[str, Any]]:
        """Rows that the model can predict."""
        return example_of(self.model)

    @cached_property
    def card(self) -> bytes:
        """What `GET /model` answers."""
        return card_of(self.model, self.example)

    def openapi(self, prefix: str = "") -> bytes:
        """Return the OpenAPI document of the service with this model, as JSON.

        Args:
            prefix: What stands before the paths: nothing for the default model.
        """
        known = self._openapi.get(prefix)
        if known is None:
            known = self._openapi[prefix] = openapi_of(self.model, self.example, prefix)
        return known


@lru_cache(maxsize=32)
def documents_of(model: DescribedModel) -> ModelDocuments:
    """Return the documents of a model."""
    return ModelDocuments(model)
