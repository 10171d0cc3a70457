"""Time series: what is observed of them, and where it is kept."""
