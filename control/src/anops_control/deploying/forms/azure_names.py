"""What the parts of Azure are called where nobody says otherwise; all environments of a project share them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from anops_control.deploying.providers.kubernetes_objects import name_of

if TYPE_CHECKING:
    from anops_control.deploying.ir import Ir

_REGISTRY_LENGTHS = (5, 50)


def names_of(ir: Ir) -> dict[str, Any]:
    """Return the defaults: names, region, machines."""
    name = name_of(ir)
    least, most = _REGISTRY_LENGTHS
    registry = f"{re.sub(r'[^a-z0-9]', '', name)}models"[:most]
    return {
        "location": "westeurope", "resource_group": f"{name}-models", "registry": registry.ljust(least, "0"),
        "cluster": f"{name}-models", "vm_size": "Standard_D4s_v5", "min_nodes": 2, "max_nodes": 10,
        "tags": {"managed-by": "anops", "project": ir.project},
    }  # fmt: skip
