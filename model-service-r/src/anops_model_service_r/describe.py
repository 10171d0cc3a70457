"""Asks the R package `anops` what a fitted model says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.schema import Schema
from anops_model_service.description import Description

if TYPE_CHECKING:
    from anops_model_service.description import Source

    from anops_model_service_r.embedded import R


def describe(r: R, source: Source) -> Description:
    """Describe a model."""
    del r, source
    return Description("", "", Schema())
