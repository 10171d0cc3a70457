"""Monitoring: the log, baseline and outcomes of a project, and the port behind which they are looked at."""
