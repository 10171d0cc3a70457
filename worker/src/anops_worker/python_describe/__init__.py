"""Understands a fitted Python model that has no project yet."""

from anops_worker.python_describe.describing import describe

__all__ = ["describe"]
