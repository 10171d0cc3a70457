"""Takes from an image the versions of R packages that its build has chosen, so that the next one takes the same."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from docker.errors import NotFound

from anops_control.building.engine import engine_faults

if TYPE_CHECKING:
    from pathlib import Path

    import docker

LOCK = "renv.lock"
_PLACE = f"/usr/local/lib/R/anops/{LOCK}"


def record_versions(client: docker.APIClient, image: str, folder: Path) -> bool:
    """Write the image's record into a project that has none.

    Args:
        client: The engine.
        image: The image's ID.
        folder: The project's folder.

    Returns:
        Whether it was written.
    """
    target = folder / LOCK
    if target.exists():
        return False
    with engine_faults():
        container = client.create_container(image, entrypoint=["true"])["Id"]
        try:
            packed = b"".join(client.get_archive(container, _PLACE)[0])
        except NotFound:
            return False
        finally:
            client.remove_container(container, force=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        record = archive.extractfile(LOCK)
        if record is None:
            return False
        target.write_bytes(record.read())
    return True
