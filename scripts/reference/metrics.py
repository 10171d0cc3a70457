"""The figures at `/metrics`, from the families that the api-service makes."""

from __future__ import annotations

from anops_api_service.deadline import Deadlines
from anops_api_service.models.models import Models
from anops_api_service.models.served_model import ServedModel
from anops_api_service.observing.families import (
    MODEL,
    model_families,
    own_families,
    request_families,
    series_families,
    state_families,
)
from anops_api_service.observing.request_counts import RequestCounts
from anops_api_service.upstream.upstream import Upstream

from reference.markdown import table

_SUFFIXES = {"counter": "_total", "info": "_info"}


def metrics() -> str:
    """Return the table of all families."""
    nobody = Models([ServedModel(Upstream("127.0.0.1:1"), Deadlines(60))])
    families = [*state_families(nobody, [None]), *request_families(RequestCounts()), *model_families({})]
    families += own_families({})
    families += series_families({})
    rows = []
    for family in families:
        labels: list[str] = [name for name in getattr(family, "_labelnames", ()) if name not in MODEL]
        if family.type == "summary":
            labels.append("quantile")
        name = f"`{family.name}{_SUFFIXES.get(family.type, '')}`"
        rows.append((name, family.type, ", ".join(f"`{label}`" for label in labels), family.documentation))
    return table(("Metric", "Type", "Labels of its own", "Meaning"), rows)
