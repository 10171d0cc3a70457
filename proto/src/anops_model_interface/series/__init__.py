"""Time series: the calendar in which periods follow each other."""
