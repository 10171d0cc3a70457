"""Brings the code of a folder to the workers of a cluster that do not see it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import WorkerPlugin, get_worker

from anops_experiments.experiment import walked
from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from distributed import Worker

_SCHEME = "shipped:"
_SUFFIXES = frozenset({".r", ".py"})
_MOST_BYTES = 100_000_000


class Code(WorkerPlugin):
    """The code: each worker unpacks it when it joins, into a folder that ends with the worker.

    Args:
        folder: Where it is.
        files: Patterns of further files that go with it.

    Raises:
        ExperimentError: It is too large.
    """

    idempotent = True

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        found = {path for path in walked(folder) if path.suffix.lower() in _SUFFIXES}
        found |= {path for pattern in files for path in folder.glob(pattern) if path.is_file()}
        if (size := sum(path.stat().st_size for path in found)) > _MOST_BYTES:
            raise ExperimentError(
                f"The code in {folder}, with the `files` of the experiment, has {size / 1e6:.0f} MB; at most "
                f"{_MOST_BYTES / 1e6:.0f} MB are brought to the workers of a cluster.",
                remedy="Put large data into the image of the workers, and name it by its path there.",
            )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(found):
                # always the same date: the same code is brought once
                archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
        self._packed = packed.getvalue()
        self.name = f"anops-code-{hashlib.sha256(self._packed).hexdigest()[:32]}"

    @property
    def folder(self) -> str:
        """What stands for its folder on any worker."""
        return _SCHEME + self.name

    def setup(self, worker: Worker) -> None:
        """Unpack it."""
        with zipfile.ZipFile(io.BytesIO(self._packed)) as archive:
            archive.extractall(Path(worker.local_directory) / self.name)


def found(folder: str) -> str:
    """Return the folder itself, on the worker that asks."""
    if not folder.startswith(_SCHEME):
        return folder
    return str(Path(get_worker().local_directory) / folder.removeprefix(_SCHEME))
