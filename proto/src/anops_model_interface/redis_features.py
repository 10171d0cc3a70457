"""The newest values of each entity in Redis, which several machines share; its driver is an extra."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import redis

from anops_model_interface.feature_store import View, brought_by, key_text, microseconds_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from anops_model_interface.feature_store import Row

_VIEWS, _NEWEST = "anops:features", "anops:features:newest"
"""Hashes by view: what is known of it, and the newest time. `anops:features:view:NAME` has the values by key."""
_PUT = """
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local time, now = tonumber(ARGV[2]), tonumber(ARGV[5])
if kept then
  local before = tonumber(string.match(kept, '^%-?%d+'))
  if before <= now and (time > now or time < before) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
local newest = redis.call('HGET', KEYS[2], ARGV[4])
if not newest or tonumber(newest) < time or tonumber(newest) > now then
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[2])
end
return 1
"""
"""Older data never replace newer, nor what has not come yet what counts: compared where they are, since several may
write at once."""
_CONNECT_SECONDS, _SECONDS = 3, 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RedisFeatures:
    """A store at an address; it is asked when it is needed, and again where that failed."""

    def __init__(self, address: str) -> None:
        """Take its address, as `redis://:password@host:6379/0`, or `rediss://` over TLS.

        Raises:
            OSError: It is none.
        """
        try:
            self._redis: Any = redis.Redis.from_url(
                address, decode_responses=True, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_SECONDS
            )
        except ValueError as error:
            raise OSError(f"the address of Redis can't be read: {error}") from error

    def put(self, name: str, view: View, rows: Iterable[Row], now: datetime) -> int:
        """Keep values, all or none."""
        with _told(), self._redis.pipeline(transaction=True) as together:
            count, limit = 0, microseconds_of(now)
            for key, time, values in rows:
                told = json.dumps(values, default=plain)
                together.eval(_PUT, 2, _values(name), _NEWEST, key_text(key), time, told, name, limit)
                count += 1
            together.hset(_VIEWS, name, view.written())
            return sum(together.execute()[:count])

    def brought_by(self, name: str) -> str:
        """Return what brings a view there."""
        return brought_by(name)

    def view(self, name: str) -> View | None:
        """Return a view."""
        with _told():
            found = self._redis.hget(_VIEWS, name)
        return None if found is None else View.read(found)

    def get(self, name: str, keys: Sequence[Sequence[Any]]) -> list[tuple[int, str] | None]:
        """Return values."""
        if not keys:
            return []
        with _told():
            found = self._redis.hmget(_values(name), [key_text(key) for key in keys])
        return [None if each is None else _read(each) for each in found]

    def count(self, name: str) -> tuple[int, datetime | None]:
        """Return how many there are."""
        with _told():
            number, newest = self._redis.hlen(_values(name)), self._redis.hget(_NEWEST, name)
        return number, None if newest is None else _EPOCH + timedelta(microseconds=int(newest))


def _values(name: str) -> str:
    return f"anops:features:view:{name}"


def _read(kept: str) -> tuple[int, str]:
    time, _, told = kept.partition(" ")
    return int(time), told


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise OSError(f"Redis: {error}") from error
