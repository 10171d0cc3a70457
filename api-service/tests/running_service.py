"""The api-service over a real socket, in the tests' own process."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from anops_api_service.app import make_app
from anops_api_service.deadline import Deadlines
from anops_api_service.limits import Limits
from anops_api_service.models.models import Models
from anops_api_service.models.served_model import ServedModel
from anops_api_service.server import bind
from anops_api_service.traffic.shadow import shadow_of
from anops_api_service.traffic.split import split_of
from anops_api_service.upstream.upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anops_api_service.models.described_model import DescribedModel
    from fake_model_service import Loop


@dataclass
class Running:
    http: httpx.Client
    models: Models
    url: str

    @property
    def served(self) -> ServedModel:
        return self.models.served[0]

    def wait_until_ready(self) -> None:
        self.wait_for("/health/ready", 200)

    def wait_for_model(self, condition: Callable[[DescribedModel], bool]) -> None:
        for _ in tries():
            if self.served.model is not None and condition(self.served.model):
                return
        raise AssertionError("the model did not come")

    def wait_for(self, path: str, status: int) -> httpx.Response:
        for _ in tries():
            answer = self.http.get(path)
            if answer.status_code == status:
                return answer
        raise AssertionError(f"{path} is {answer.status_code}, not {status}: {answer.text}")


def tries() -> Iterator[None]:
    """Try again and again, for as long as a busy machine may take."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        yield
        time.sleep(0.01)


@contextmanager
def run_service(loop: Loop, *urls: str, **settings: Any) -> Iterator[Running]:
    limits = Limits(**settings.pop("limits", {}))
    origins = settings.pop("origins", frozenset())
    layers = settings.pop("layers", ())
    default = settings.pop("default", "")
    prediction_log = settings.pop("prediction_log", None)
    measurements = settings.pop("measurements", None)
    series = settings.pop("series", None)
    traces = settings.pop("traces", None)
    features = settings.pop("features", None)
    split, header = settings.pop("split", ""), settings.pop("split_header", "AnOps-Unit")
    shadow = settings.pop("shadow", "")
    deadlines = Deadlines(settings.pop("deadline_seconds", 60))
    way: dict[str, Any] = {"deadline_seconds": deadlines.seconds}
    way |= {key: settings.pop(key) for key in ("model_name", "poll_seconds") if key in settings}
    models = Models([ServedModel(Upstream(url, **way), deadlines, **settings) for url in urls], default=default)
    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(
        make_app(
            models,
            limits,
            origins,
            layers,
            prediction_log,
            measurements,
            series,
            traces=traces,
            features=features,
            split=split_of(models, split, header),
            shadow=shadow_of(models, shadow, prediction_log),
        ),
        lifespan="on",
        access_log=False,
        log_config=None,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    serving = loop.start(server.serve(sockets=[listener]))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=base, timeout=90) as http:
            yield Running(http, models, base)
    finally:
        server.should_exit = True
        serving.result(timeout=60)
