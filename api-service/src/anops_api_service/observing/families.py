"""Each family of samples: its name, what it says, and its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    SummaryMetricFamily,
)

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_model_interface.worker_figures import WorkerFigures
    from prometheus_client import Metric

    from anops_api_service.identity import Identity
    from anops_api_service.models.models import Models
    from anops_api_service.observing.histogram import Histogram
    from anops_api_service.observing.model_statistics import ModelStatistics
    from anops_api_service.observing.request_counts import RequestCounts

MODEL = ("model", "version", "digest", "api_version")
"""The labels of all that is about a model."""


def _labels(model: Identity | None) -> list[str]:
    return ["", "", "", API_VERSION] if model is None else [model.name, model.version, model.digest, API_VERSION]


def state_families(models: Models, workers: Sequence[WorkerFigures | None]) -> Iterator[Metric]:
    """Return how service, models and workers are now."""
    yield InfoMetricFamily("anops_api", "The service.", value={"version": API_VERSION})
    ready = GaugeMetricFamily("anops_model_ready", "Whether the model can be asked.", labels=MODEL)
    waiting = GaugeMetricFamily("anops_queue_requests", "Predictions in progress or waiting.", labels=MODEL)
    there = GaugeMetricFamily("anops_workers_ready", "Workers that are ready or computing.", labels=MODEL)
    wanted = GaugeMetricFamily("anops_workers_wanted", "Workers that there should be.", labels=MODEL)
    restarted = CounterMetricFamily(
        "anops_workers_restarted", "Workers that were started to replace others.", labels=MODEL
    )
    memory = GaugeMetricFamily(
        "anops_worker_memory_bytes", "Resident memory of a worker, shared or not.", labels=(*MODEL, "worker")
    )
    for one, figures in zip(models.served, workers, strict=True):
        labels = _labels(one.identity)
        ready.add_metric(labels, float(one.problem is None))
        waiting.add_metric(labels, one.waiting)
        if figures is None:
            continue
        there.add_metric(labels, len(figures.workers))
        wanted.add_metric(labels, figures.wanted)
        restarted.add_metric(labels, figures.restarted)
        for worker in figures.workers:
            memory.add_metric([*labels, str(worker.pid)], worker.memory_bytes)
    yield from (ready, waiting, there, wanted, restarted, memory)


def request_families(counts: RequestCounts) -> Iterator[Metric]:
    """Return what became of requests, and how long predictions took."""
    requests = CounterMetricFamily(
        "anops_requests",
        "Requests, by what they asked for and how they ended.",
        labels=(*MODEL, "endpoint", "status", "code"),
    )
    for (endpoint, status, code, model), count in counts.requests.copy().items():
        requests.add_metric([*_labels(model), endpoint, str(status), code], count)
    yield requests
    rows = CounterMetricFamily("anops_rows", "Rows that were answered.", labels=MODEL)
    total = HistogramMetricFamily(
        "anops_request_seconds", "From a request for predictions to the end of its answer.", labels=MODEL
    )
    queue = HistogramMetricFamily(
        "anops_queue_seconds", "Of that, waiting for the model, and on the way to it and back.", labels=MODEL
    )
    model_seconds = HistogramMetricFamily("anops_model_seconds", "Of that, the model itself.", labels=MODEL)
    for model, times in list(counts.times.items()):
        labels = _labels(model)
        rows.add_metric(labels, times.rows)
        for family, histogram in ((total, times.total), (queue, times.queue), (model_seconds, times.model)):
            _add_histogram(family, labels, histogram)
    yield from (rows, total, queue, model_seconds)


def model_families(models: Mapping[Identity, ModelStatistics]) -> Iterator[Metric]:
    """Return what rows and predictions are like."""
    batches = HistogramMetricFamily("anops_batch_rows", "Rows that went to the model in one call.", labels=MODEL)
    by_column = (*MODEL, "column")
    missing = CounterMetricFamily("anops_column_missing", "Values that were missing.", labels=by_column)
    novel = CounterMetricFamily(
        "anops_column_novel", "Levels that the model was not fitted on, and that were answered.", labels=by_column
    )
    outside = CounterMetricFamily(
        "anops_column_outside", "Values outside of what the model was fitted on.", labels=by_column
    )
    refused = CounterMetricFamily(
        "anops_column_refused", "Requests that were refused because of a column.", labels=(*by_column, "code")
    )
    predictions = SummaryMetricFamily(
        "anops_prediction",
        "Predictions: quantiles of the last ten minutes, sum and count of all.",
        labels=(*MODEL, "output", "type"),
    )
    gaps = CounterMetricFamily(
        "anops_prediction_missing", "Predictions that are missing or infinite.", labels=(*MODEL, "output", "type")
    )
    levels = CounterMetricFamily(
        "anops_predicted_level", "Predictions, by what was predicted.", labels=(*MODEL, "output", "level")
    )
    for model, statistics in list(models.items()):
        labels = _labels(model)
        _add_histogram(batches, labels, statistics.batch_rows)
        for column, spec in statistics.schema.inputs.items():
            missing.add_metric([*labels, column], statistics.missing[column])
            if spec.levels is not None:
                novel.add_metric([*labels, column], statistics.novel[column])
            if spec.seen is not None:
                outside.add_metric([*labels, column], statistics.outside[column])
        for (column, code), count in statistics.refused.copy().items():
            refused.add_metric([*labels, column, code], count)
        for place, sketch in list(statistics.sketches.items()):
            predictions.add_metric([*labels, *place], count_value=sketch.count, sum_value=sketch.total)
            for quantile, value in sketch.quantiles().items():
                predictions.add_sample(
                    "anops_prediction",
                    {
                        **dict(zip((*MODEL, "output", "type"), (*labels, *place), strict=True)),
                        "quantile": repr(quantile),
                    },
                    value,
                )
            gaps.add_metric([*labels, *place], sketch.missing)
        for output, counts in list(statistics.levels.items()):
            for level, count in counts.copy().items():
                levels.add_metric([*labels, output, level], count)
    yield from (batches, missing, novel, outside, refused, predictions, gaps, levels)


def own_families(models: Mapping[Identity, ModelStatistics]) -> Iterator[Metric]:
    """Return the figures that projects ask for."""
    labels = (*MODEL, "name", "by", "value", "type")
    sums = GaugeMetricFamily("anops_metric_sum", "A figure of the project's own, summed over all rows.", labels=labels)
    rows = CounterMetricFamily("anops_metric_rows", "The rows in that sum.", labels=labels)
    for model, statistics in list(models.items()):
        for figure in statistics.business:
            for place, total in list(figure.sums.items()):
                told = [*_labels(model), figure.name, figure.by or "", *place]
                sums.add_metric(told, total)
                rows.add_metric(told, figure.rows[place])
    yield from (sums, rows)


def series_families(observations: Mapping[tuple[Identity, str], int]) -> Iterator[Metric]:
    """Return what became of observations of time series."""
    family = CounterMetricFamily(
        "anops_observations",
        "Observations of time series, by what became of them: new, same, corrected.",
        labels=(*MODEL, "became"),
    )
    for (model, became), count in list(observations.items()):
        family.add_metric([*_labels(model), became], count)
    yield family


def _add_histogram(family: HistogramMetricFamily, labels: list[str], histogram: Histogram) -> None:
    family.add_metric(labels, buckets=histogram.cumulative(), sum_value=histogram.total)
