"""Time series: their history in a file, forecasts of a service, and how good these are."""
