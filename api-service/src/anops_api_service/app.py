"""The application: all endpoints behind one front door."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter

from anops_api_service.bodies.body_room import BodyRoom
from anops_api_service.chain import Layer, chain
from anops_api_service.cors import Cors
from anops_api_service.limits import Limits
from anops_api_service.logs import RequestLog
from anops_api_service.request_context import RequestContext
from anops_api_service.routes.every import every_route
from anops_api_service.routes.forecast import ForecastEndpoint
from anops_api_service.routes.observations import ObservationsEndpoint
from anops_api_service.routes.open_inference import InferEndpoint
from anops_api_service.routes.outcomes import OutcomesEndpoint
from anops_api_service.routes.predict import PredictEndpoint
from anops_api_service.routes.scoring import Scoring
from anops_api_service.routes.unknown import Routed
from anops_api_service.series.feed import SeriesFeed
from anops_api_service.spool import SpoolRoom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.features.lookup import Lookup
    from anops_api_service.models.models import Models
    from anops_api_service.observing.measurements import Measurements
    from anops_api_service.observing.traces import Traces
    from anops_api_service.prediction_log import PredictionLog
    from anops_api_service.series.keeper import SeriesKeeper
    from anops_api_service.traffic.shadow import Shadow
    from anops_api_service.traffic.split import Split

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Endpoints:
    """Takes predictions to their endpoint directly: to look for it among all costs as much as reading a small body.

    Attributes:
        predict: Answers `POST /predict`.
        routed: Answers everything else.
    """

    predict: ASGIApp
    routed: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = scope["type"] == "http" and scope["method"] == "POST" and _asks_for_predictions(scope)
        await (self.predict if hot else self.routed)(scope, receive, send)


def _asks_for_predictions(scope: Scope) -> bool:
    """Say whether a path is one of those of predictions; which model it names is then in the scope."""
    path: str = scope["path"]
    if path == "/predict":
        return True
    if not path.endswith("/predict"):
        return False
    match path.split("/"):
        case ["", "models", name, "predict"] if name:
            scope["path_params"] = {"name": name}
        case ["", "models", name, "versions", version, "predict"] if name and version:
            scope["path_params"] = {"name": name, "version": version}
        case _:
            return False
    return True


def make_app(
    models: Models,
    limits: Limits = _LIMITS,
    origins: frozenset[str] = frozenset(),
    layers: Sequence[Layer] = (),
    prediction_log: PredictionLog | None = None,
    measurements: Measurements | None = None,
    series: SeriesKeeper | None = None,
    *,
    traces: Traces | None = None,
    features: Lookup | None = None,
    split: Split | None = None,
    shadow: Shadow | None = None,
    when_ready: bool = False,
) -> ASGIApp:
    """Make the application.

    Args:
        models: The models; they are followed for as long as the application runs.
        limits: How much requests may take of memory and disk.
        origins: Those whose web pages may ask.
        layers: What else every request passes, behind its context and the origins; the first is the outermost.
        prediction_log: Keeps which model has answered which request.
        measurements: Counts what there is to count; None: nothing is, and there are no metrics.
        series: Keeps what is observed and forecast of time series; None: it is kept nowhere.
        traces: Tells a collector of each request; None: none is told.
        features: Looks up what requests leave out; None: nothing is.
        split: Says which version answers a request; None: the one that is asked.
        shadow: Is asked beside; None: nobody is.
        when_ready: Whether it starts only when all models can be asked.
    """
    requests = RequestLog()
    feed = SeriesFeed(series) if series is not None else None
    if measurements is not None:
        for one in models.served:
            one.measured = measurements.called

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        following = asyncio.create_task(models.follow())
        if when_ready:
            await models.all_ready()
        yield
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        requests.flush()
        if measurements is not None:
            measurements.forget()
        await _end(feed, shadow, series, prediction_log, traces)

    bodies = BodyRoom(limits.bodies)
    predict = PredictEndpoint(
        models, limits, SpoolRoom(limits.spool), bodies, prediction_log, measurements, features=features
    )
    predict = replace(predict, split=split, shadow=shadow)
    outcomes = OutcomesEndpoint(limits, bodies, prediction_log)
    invocations, infer = replace(predict, dialect=Scoring()), InferEndpoint(predict)
    forecast, observations = ForecastEndpoint(predict, feed), ObservationsEndpoint(predict, series)
    routes = every_route(models, predict, invocations, infer, forecast, outcomes, observations, measurements)
    router = APIRouter(routes=routes, redirect_slashes=False, lifespan=lifespan)
    context = partial(RequestContext, requests=requests, measurements=measurements, traces=traces)
    door: list[Layer] = [partial(context, prediction_log=prediction_log)]
    if origins:
        door.append(partial(Cors, origins=origins))
    return chain(_Endpoints(predict, Routed(router)), [*door, *layers])


async def _end(
    feed: SeriesFeed | None,
    shadow: Shadow | None,
    series: SeriesKeeper | None,
    prediction_log: PredictionLog | None,
    traces: Traces | None,
) -> None:
    """End what works beside the requests: first who writes, then what is written into."""
    for writer in (feed, shadow):
        if writer is not None:
            await writer.close()
    for kept in (series, prediction_log, traces):
        if kept is not None:
            await asyncio.to_thread(kept.close)
