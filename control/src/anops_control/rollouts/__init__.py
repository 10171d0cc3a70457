"""A version and its challenger in one environment: what their predictions came to, and what follows.

Read `judging` (the whole), then `observed` (what the log holds), `sequence` (the interval), `losses`.
"""
