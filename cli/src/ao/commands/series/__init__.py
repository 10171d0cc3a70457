"""`ao series …`: time series."""
