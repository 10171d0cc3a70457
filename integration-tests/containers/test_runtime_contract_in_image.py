"""The runtime contract holds with the R and the Python of the images, too."""

from __future__ import annotations

import importlib.util
import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine import RUNTIMES

if TYPE_CHECKING:
    from engine import Engine

SUITE = Path(__file__).parents[1]
PYTEST = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments")
"""pytest and what it needs: Python alone, so that ours runs with the Python of the image."""
CONFTEST = """
import pytest

@pytest.fixture(params=[{language!r}])
def language(request):
    return request.param
"""


def archive(language: str) -> bytes:
    """Pack the suite with pytest; the product's image has no test tool."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in PYTEST:
            spec = importlib.util.find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            found = Path(spec.origin)
            source = found.parent if found.name == "__init__.py" else found
            tar.add(source, f"suite/library/{source.name}")
        for name in ("test_runtime_contract.py", "little_models.py"):
            tar.add(SUITE / name, f"suite/{name}")
        text = CONFTEST.format(language=language).encode()
        entry = tarfile.TarInfo("suite/conftest.py")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return packed.getvalue()


def test_the_runtime_contract_holds_in_the_image(engine: Engine, language: str) -> None:
    container = engine.run(RUNTIMES[language], entrypoint=["sleep", "600"], read_only=False, tmpfs={}, init=True)
    wrapped = container.get_wrapped_container()
    wrapped.put_archive("/opt", archive(language))
    command = ["python", "-W", "error", "-m", "pytest", "-p", "no:cacheprovider", "-q", "/opt/suite"]
    code, said = wrapped.exec_run(
        command, environment={"PYTHONPATH": "/opt/suite/library:/opt/suite"}, workdir="/opt/suite"
    )
    assert code == 0, said.decode()
    assert b" passed" in said
    assert b"skipped" not in said
