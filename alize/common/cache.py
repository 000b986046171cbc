"""The cache: one compartment a basin, and sign-in limits that survive without the broker (D6)."""

import logging
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from alize.common.database import current_schema

logger = logging.getLogger("alize.cache")
SHARED_PREFIX = "allauth"
LIMITS_TABLE = "common_cachedlimit"
LIMITS_KEPT = 10_000
"""Beyond it the oldest go: a busy morning of the whole network has some thousand."""
LAST_SWEEP = "last-sweep"
"""Key of `public`, set when a sweep of the outbox is asked: without it nobody asks any more."""
LAST_SWEEP_SECONDS = 180


def basin_key(key: str, prefix: str, version: int) -> str:
    """A cache key in the compartment of the current schema.

    Sign-in limits and used codes are shared by all basins: a guess counts once everywhere.
    """
    schema = "public" if key.startswith(SHARED_PREFIX) else current_schema()
    return f"{schema}:{prefix}:{version}:{key}"


class FallbackCache(BaseCache):
    """Valkey or Redis while it answers; signing in never depends on it.

    While it does not, sign-in limits and used codes are kept in the database, where all processes
    count together (L29), and the rest, which only spares work, in the memory of each process.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._remote = RedisCache(location, params) if location else None
        self._local = LocMemCache("fallback", params)
        self._table = DatabaseCache(LIMITS_TABLE, params | {"max_entries": LIMITS_KEPT})

    def _call(self, method: str, key: str, *args: Any, **kwargs: Any) -> Any:
        if self._remote is not None:
            try:
                return getattr(self._remote, method)(key, *args, **kwargs)
            except (RedisError, OSError):
                logger.warning("cache.unreachable", extra={"method": method})
        return getattr(self._instead(key), method)(key, *args, **kwargs)

    def _instead(self, key: str) -> BaseCache:
        """What stands in for the broker; the role of a basin has no right on the table."""
        is_limit = key.startswith(SHARED_PREFIX) and current_schema() == "public"
        return self._table if is_limit else self._local

    def add(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._call("add", key, *args, **kwargs)

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._call("get", key, *args, **kwargs)

    def set(self, key: str, *args: Any, **kwargs: Any) -> None:
        self._call("set", key, *args, **kwargs)

    def touch(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._call("touch", key, *args, **kwargs)

    def delete(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._call("delete", key, *args, **kwargs)

    def incr(self, key: str, *args: Any, **kwargs: Any) -> int:
        return self._call("incr", key, *args, **kwargs)

    def has_key(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._call("has_key", key, *args, **kwargs)

    def clear(self) -> None:
        for cache in filter(None, (self._remote, self._local)):
            with suppress(RedisError, OSError):
                cache.clear()
