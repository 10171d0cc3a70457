"""An engine for each test; what its containers logged stands beside a failure."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docker.errors import NotFound
from engine import Engine, engine

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """Take Ctrl-C as in a terminal: what a shell starts in its background ignores it, and so would all from here."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def example(language: str) -> Path:
    """The demo project in each language."""
    return ROOT / "examples" / {"python": "iris-species", "r": "mtcars-mpg"}[language]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Keep builds together: they look at the whole engine for what they left, and take much of the machine."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  the image of the tests does not have it

    class Sides(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0].rpartition("/")[2]
            # it builds without `ao`, and leaves what nobody counts
            together = file.startswith("test_build_") and file != "test_build_again.py"
            return "builds" if together else file

    return Sides(config, log)


@pytest.fixture(name="engine")
def engine_fixture(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with engine() as made:
        request.node.stash[ENGINE] = made
        yield made


ENGINE = pytest.StashKey[Engine]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and ENGINE in item.stash:
        for container in item.stash[ENGINE].containers:
            try:
                out, err = container.get_logs()
            except NotFound:  # it has been removed already
                continue
            title = f"log of {container.image} {container.get_wrapped_container().short_id}"
            report.sections.append((title, (out + err).decode(errors="replace")))
    return report
