"""What observations of a model's series must be, and how their times become moments and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.moments import zone
from anops_model_interface.schema import ColumnSpec, Schema
from anops_model_interface.series.periods import Frequency
from anops_series.port import SeriesIdentity

from anops_api_service.forecasts.observed import STEP

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from anops_model_interface.series.calendar import Calendar
    from anops_model_interface.series.contract import SeriesContract

    from anops_api_service.models.described_model import DescribedModel

_DATE_LENGTH = len("2026-11-30")


@dataclass(frozen=True)
class ObservationForm:
    """The observations of one model: their columns, and the calendar of their times.

    Attributes:
        model: The model's name.
        calendar: Its calendar.
        last: The last time that the model was fitted on.
        identity: The series, as the store knows it.
        keys: The names of the key columns.
        time: The name of the column of times.
        value: The name of the column of values.
        updates: Whether forecasts go on from what was observed.
        series: What the model says of its series.
        schema: All columns: keys, time, value, and what the model's regressors were.
    """

    model: str
    calendar: Calendar
    last: str
    identity: SeriesIdentity
    keys: tuple[str, ...]
    time: str
    value: str
    updates: bool
    series: SeriesContract
    schema: Schema

    @cached_property
    def regressors(self) -> tuple[str, ...]:
        """The names of the regressors."""
        return tuple(name for name in self.schema.inputs if name not in {*self.keys, self.time, self.value})

    @cached_property
    def fitted_until(self) -> datetime:
        """The last time that the model was fitted on, in UTC; of a panel, that of the series that ends first."""
        return self.moment(self.series.earliest or self.last)

    def moment(self, time: str) -> datetime:
        """Return the moment of a time, in UTC."""
        moment = datetime.fromisoformat(time)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)).astimezone(UTC)

    def text(self, moment: datetime) -> str:
        """Return the time of a moment, as forecasts write theirs."""
        local = moment.astimezone(self._zone)
        if self.schema.inputs[self.time].type == "date":
            return local.date().isoformat()
        return local.isoformat() if self.calendar.time_zone else local.replace(tzinfo=None).isoformat()

    @property
    def _zone(self) -> ZoneInfo:
        return zone(self.calendar.time_zone)


@lru_cache(maxsize=64)
def form_of(model: DescribedModel) -> ObservationForm:
    """Return what observations of a model must be.

    Raises:
        AnOpsError: `NO_SERIES`: it forecasts no time series, or its calendar isn't known.
    """
    series = model.series
    if series is None:
        raise AnOpsError(
            Code.NO_SERIES,
            f"Model `{model.name}` forecasts no time series: it takes no observations.",
            remedy="Ask it with POST /predict.",
        )
    calendar, last = series.calendar, series.last
    if calendar is None or last is None:
        lacks = [name for name in ("frequency", "last") if getattr(series, name) is None]
        raise AnOpsError(
            Code.NO_SERIES,
            f"Model `{model.name}` takes no observations: [series] of its ao.toml lacks "
            f"{' and '.join(f'`{name}`' for name in lacks)}.",
            remedy="Write into [series] how often there is an observation, and the time of the last one of the fit.",
        )
    of_model = {name: spec for name, spec in model.schema.inputs.items() if name != STEP}
    any_key = ColumnSpec(type="category", novel="allow", missing="error")
    if Frequency.of(calendar.frequency).has_days and len(last) == _DATE_LENGTH:
        time = ColumnSpec(type="date", missing="error")
    else:
        time = ColumnSpec(type="datetime", missing="error", timezone=series.time_zone)
    columns = {
        **{name: of_model.get(name, any_key) for name in series.keys},
        series.time: time,
        series.value: ColumnSpec(type="number", missing="error", infinite="error"),
    }
    columns |= {name: spec for name, spec in of_model.items() if name not in columns}
    return ObservationForm(
        model.name,
        calendar,
        last,
        SeriesIdentity(model.name, calendar.frequency, series.time_zone or "UTC", tuple(sorted(series.keys))),
        series.keys,
        series.time,
        series.value,
        series.updates,
        series,
        Schema(inputs=columns, outputs=columns, options={}),
    )
