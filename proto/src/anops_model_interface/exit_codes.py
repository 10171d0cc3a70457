"""How a command of `ao` ends: what its exit code says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; a command returns one, or raises an error whose code has one."""

    OK = 0
    """The command did what it was asked."""
    PROBLEM = 1
    """The command found or met a problem: a check failed, a task failed, a prediction was refused."""
    USAGE = 2
    """A command, flag or argument is not one that `ao` knows."""
    PROJECT = 3
    """There is no project here, or its ao.toml can't be used."""
    MODEL = 4
    """The model can't be loaded, or failed."""
    SERVICE = 5
    """A service or a port can't be reached or used."""
    ENGINE = 10
    """No Docker engine answers, or it refused what it was asked."""
    ENGINE_DENIED = 11
    """A Docker engine runs here, but you don't have permission to use it."""
    DISK_FULL = 12
    """The Docker engine has no disk space left."""
    BASE_IMAGE = 13
    """The base image is not on this machine, and can't be pulled."""
    DOCKERFILE = 14
    """The Dockerfile is missing, can't be used, or a step of it failed."""
    DEPENDENCY = 15
    """A package that the image needs can't be installed."""
    R_PACKAGE = 16
    """An R package that the image needs can't be found, or not in a version that fits."""
    REGISTRY = 17
    """The registry can't be reached, or rejects the image."""
    IMAGE_CHECKS = 18
    """Checks in the image failed: lint, tests, coverage or reference predictions."""
    INTERRUPTED = 130
    """Ctrl-C."""
