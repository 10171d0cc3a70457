from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from anops_model_interface.schema import Schema

# the tests are no package, so what they share is found by its folder
sys.path.insert(0, str(Path(__file__).parent))

from fake_model_service import FakeModelService, Loop
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

# how long one example takes says more about the machine than about the code
hypothesis.settings.register_profile("anops-api", deadline=None)
hypothesis.settings.load_profile("anops-api")

CARS = {
    "inputs": {
        "wt": {"type": "number", "min": 0, "unit": "1000 lb", "missing": "allow"},
        "hp": {"type": "number", "seen": [0, 335], "missing": "error"},
        "cyl": {"type": "number", "values": [4, 6, 8], "missing": "error"},
        "Gear Type": {"type": "category", "levels": ["auto", "manual"], "missing": "error"},
    },
    "outputs": {"prediction": {"type": "number"}},
    "options": {
        "interval": {"type": "category", "levels": ["none", "confidence"], "default": "none"},
        "level": {"type": "number", "min": 0.5, "max": 0.999, "default": 0.95},
        "terms": {"type": "string", "list": True},
        "exact": "boolean",
        "any": "number",
    },
}


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """One event loop in a thread: gRPC's asyncio side wants a single one in a process."""
    event_loop = asyncio.new_event_loop()
    thread = threading.Thread(target=event_loop.run_forever, daemon=True)
    thread.start()
    yield Loop(event_loop)
    event_loop.call_soon_threadsafe(event_loop.stop)
    thread.join()
    event_loop.close()


@pytest.fixture
def cars() -> Schema:
    return Schema.of(CARS)


@pytest.fixture
def model_service(loop: Loop, cars: Schema) -> Iterator[FakeModelService]:
    service = FakeModelService(loop, cars)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def service(loop: Loop, model_service: FakeModelService) -> Iterator[Running]:
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture
def http(service: Running) -> httpx.Client:
    return service.http
