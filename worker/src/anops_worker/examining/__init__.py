"""Examines a fitted model by asking it: what it needs, what it keeps, and whether its answers can be relied on."""
