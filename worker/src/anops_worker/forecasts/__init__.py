"""Models of time series: steps ahead are their rows, and what is observed moves them on."""
