"""The services that run simulations: in this process, in processes of this machine, on Dask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_experiments.services.in_process import InProcessSimulationService
from anops_experiments.services.processes import ProcessSimulationService

if TYPE_CHECKING:
    from anops_experiments.services.on_dask import DaskSimulationService

__all__ = ["DaskSimulationService", "InProcessSimulationService", "ProcessSimulationService"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  as Python has it
    if name == "DaskSimulationService":
        from anops_experiments.services.on_dask import DaskSimulationService  # noqa: PLC0415  only who uses it has it

        return DaskSimulationService
    raise AttributeError(name)
