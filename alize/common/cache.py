"""The cache: one compartment a basin, and sign-in limits that survive without the broker (D6)."""

import logging
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from alize.common.database import current_schema

logger = logging.getLogger("alize.cache")
SHARED_PREFIX = "allauth"
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
    """Valkey or Redis while it answers, the memory of the process while it does not.

    Signing in never depends on the broker; limits then hold per process.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._remote = RedisCache(location, params) if location else None
        self._local = LocMemCache("fallback", params)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if self._remote is not None:
            try:
                return getattr(self._remote, method)(*args, **kwargs)
            except (RedisError, OSError):
                logger.warning("cache.unreachable", extra={"method": method})
        return getattr(self._local, method)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._call("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._call("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._call("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._call("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._call("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return self._call("incr", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return self._call("has_key", *args, **kwargs)

    def clear(self) -> None:
        self._call("clear")
