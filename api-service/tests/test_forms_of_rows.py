"""A form of rows that needs a library is there for the first requests as for all others."""

from __future__ import annotations

import subprocess
import sys

FIRST = """
import asyncio
from types import SimpleNamespace
from anops_api_service.bodies.media import ARROW, PARQUET, MediaType
from anops_api_service.forms_of_rows import reader_of, writer_of
from anops_model_interface.schema import Schema

model = SimpleNamespace(name="m", schema=Schema())

async def asked(number):
    # each a little later than the one before, while the library is being loaded
    await asyncio.sleep(0.005 * (number // 4))
    for kind in (ARROW, PARQUET):
        await reader_of(MediaType(kind), model, {}, dialect=None, most=1)
        await writer_of(kind, model, dialect=None)

async def all_of_them():
    await asyncio.gather(*(asked(number) for number in range(160)))

asyncio.run(all_of_them())
"""


def test_the_first_requests_with_arrow_may_come_at_once() -> None:
    # in a process of its own, in which nothing has loaded the library yet
    ended = subprocess.run([sys.executable, "-c", FIRST], check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
