"""What every image of AnOps holds, and what it must not hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from engine import PRODUCTS, RUNTIMES
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from engine import Engine

UNWANTED = "gcc cc g++ clang make ld as rustc pytest py.test lintr ruff coverage"


def config(image: str) -> dict[str, object]:
    return dict(DockerClient().client.images.get(image).attrs["Config"])


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_runs_as_a_numeric_user_who_is_not_root(product: str, engine: Engine) -> None:
    assert config(product)["User"] == "10001:10001"
    assert engine.output(product, "id", "-u") == (0, "10001\n")


def test_it_holds_no_compiler_and_no_test_tool(product: str, engine: Engine) -> None:
    code, found = engine.output(product, "sh", "-c", f"for tool in {UNWANTED}; do command -v $tool; done; true")
    assert (code, found) == (0, "")


def test_it_holds_no_test_library(product: str, engine: Engine) -> None:
    program = "import importlib.util as u; print([m for m in ('pytest', 'coverage', 'ruff') if u.find_spec(m)])"
    assert engine.output(product, "python", "-c", program) == (0, "[]\n")


def test_it_holds_no_cache_of_pip_or_apt(product: str, engine: Engine) -> None:
    program = "find / -xdev -path '*cache/pip*' -o -xdev -name '*.deb' -o -xdev -path '/var/lib/apt/lists/*_Packages'"
    assert engine.output(product, "sh", "-c", program + " 2>/dev/null; true") == (0, "")


def test_its_labels_say_what_it_is(product: str) -> None:
    labels = config(product)["Labels"]
    assert isinstance(labels, dict)
    assert re.fullmatch(r"\d+\.\d+\.\d+", labels["org.opencontainers.image.version"])
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?|unknown", labels["org.opencontainers.image.revision"])
    licences = "MIT AND GPL-2.0-or-later" if product == RUNTIMES["r"] else "MIT"
    assert labels["org.opencontainers.image.licenses"] == licences


def test_its_entrypoint_is_no_shell(product: str) -> None:
    entrypoint = config(product)["Entrypoint"]
    assert isinstance(entrypoint, list)
    assert entrypoint[0] in {"python", "ao"}


def test_r_runs_in_the_api_mode_of_rpy2(engine: Engine) -> None:
    program = "from anops_model_service_r.embedded import embedded_r; print(embedded_r().mode)"
    assert engine.output(RUNTIMES["r"], "python", "-c", program) == (0, "API\n")


def test_the_command_ao_runs(engine: Engine) -> None:
    code, said = engine.output(PRODUCTS[-1], "ao", "--version")
    assert (code, said.strip()) == (0, "ao 0.1.0")
