"""Lets `python -m ao` run `ao`, where the script is not on PATH."""

from __future__ import annotations

from ao.main import main

main()
