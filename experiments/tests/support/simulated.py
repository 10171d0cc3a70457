"""Functions to simulate with: the same in both languages."""

from __future__ import annotations

import pytest

PYTHON = """
import datetime, os, random, time
import numpy as np


def draw(n, rng):
    return {"mean": rng.normal(size=int(n)).mean(), "sample": {"x": rng.normal(size=3), "k": [1, 2, None]}}


def state(n):
    return np.random.normal() + random.random()


def broken(n):
    if n == 2:
        raise ValueError("two is too much")
    return n


def dying(n):
    if n == 2:
        os.kill(os.getpid(), 9)
    return n


def hanging(n):
    if n == 2:
        time.sleep(600)
    return n


def hungry(n):
    if n == 2:
        kept = [bytearray(b"x" * 50_000_000) for _ in range(20)]
        time.sleep(600)
    return n


def kinds(a, b=1.5, flag=True, word="é\\t\\n"):
    day = datetime.date(2026, 11, 30)
    return {"a": a, "b": b, "flag": flag, "word": word, "none": None, "day": day}


def typed(x: float):
    return type(x).__name__


def odd(n):
    return object()


def several(n):
    return {"a": 1, "b": 2}


count = 0


def leaking():
    global count
    count += 1
    return count
"""
R = """
draw <- function(n) list(mean = mean(rnorm(n)), sample = data.frame(x = rnorm(3), k = c(1L, 2L, NA)))
state <- function(n) rnorm(1) + runif(1)
inner <- function(n) if (n == 2) stop("two is too much") else n
broken <- function(n) inner(n)
dying <- function(n) if (n == 2) tools::pskill(Sys.getpid(), 9) else n
hanging <- function(n) {
  if (n == 2) Sys.sleep(600)
  n
}
hungry <- function(n) {
  if (n == 2) {
    kept <- rep(1.5, 1.2e8)
    Sys.sleep(600)
  }
  n
}
kinds <- function(a, b = 1.5, flag = TRUE, word = "\\u00e9\\t\\n") {
  list(a = a, b = b, flag = flag, word = word, none = NULL, day = as.Date("2026-11-30"))
}
odd <- function(n) quote(x)
several <- function(n) c(a = 1, b = 2)
count <- 0
leaking <- function() {
  count <<- count + 1
  count
}
fallen <- function() tools::pskill(Sys.getpid(), 11)
"""
FILES = {"python": "model.py", "r": "model.R"}
LANGUAGES = pytest.mark.parametrize("language", ["python", "r"])
