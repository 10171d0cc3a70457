"""Measures AnOps and its peers with the same models, bodies and loader, in one run.

Read `workloads` (what is asked), `peers` (who answers), `run` (in which order), then `figures` (what comes of it).
"""
