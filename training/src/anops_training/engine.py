"""Metaflow as an engine: how its command line is called, and where it keeps what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLOW = Path(__file__).parent / "flow" / "training_flow.py"
_IDENTITY = "metaflow-run-id"


class Metaflow:
    """Runs the steps by Metaflow, on this machine; what it keeps lies in the project's `.anops/metaflow`."""

    name = "Metaflow"

    def command(self, run: Path, *, resumed: str | None) -> tuple[list[str], Mapping[str, str]]:
        """Return Metaflow's command line and its environment.

        Args:
            run: The folder of the run.
            resumed: The Metaflow run that it goes on with. Without its name Metaflow would take the last `run`,
                also one that ended well.
        """
        store = _store(run)
        store.mkdir(exist_ok=True)
        (run / _IDENTITY).unlink(missing_ok=True)
        call = [sys.executable, str(_FLOW), "--no-pylint", "--datastore=local", "--metadata=local", "--quiet"]
        identity = ["--run-id-file", str(run / _IDENTITY)]
        if resumed is None:
            call += ["run", *identity, "--training", run.name]
        else:
            call += ["resume", *identity, "--origin-run-id", resumed]
        return call, {
            "ANOPS_TRAINING_RUN": str(run),
            "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(store),
            # where this is not said, cards go to a folder `.metaflow` of the project; said, the store above counts
            "METAFLOW_CARD_LOCALROOT": str(store / ".metaflow"),
            # a person's own settings may name a service of theirs: what is trained here stays here
            "METAFLOW_HOME": str(store / "home"),
            "METAFLOW_PROFILE": "",
            "METAFLOW_USER": "ao",
            "METAFLOW_DEFAULT_EVENT_LOGGER": "nullSidecarLogger",
            "METAFLOW_DEFAULT_MONITOR": "nullSidecarMonitor",
        }

    def identity(self, run: Path) -> str | None:
        """Return Metaflow's id of a run."""
        file = run / _IDENTITY
        return file.read_text(encoding="utf-8").strip() or None if file.exists() else None

    def card(self, run: Path) -> Path | None:
        """Return the card of a run."""
        identity = self.identity(run)
        found = _store(run).glob(f".metaflow/Training/runs/{identity}/steps/*/tasks/*/cards/*.html") if identity else ()
        return next(iter(sorted(found)), None)


def _store(run: Path) -> Path:
    return run.parents[1] / "metaflow"
