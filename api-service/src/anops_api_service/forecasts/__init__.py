"""Forecasts of time series: from a horizon to steps ahead, and from answers to times."""
