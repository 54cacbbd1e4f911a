"""The cache in Redis, which may go away: limits are not counted then, pages are made anew, nobody is kept out."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends import redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _or(answer: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let the method answer this instead of failing when Redis does not answer."""

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def ask(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            except RedisError as error:
                logger.warning("The cache does not answer: %s", type(error).__name__)
                return answer

        return ask

    return wrap


class RedisCache(redis.RedisCache):
    """Django's cache in Redis; without Redis everything is absent and every lock is free.

    Only the rate limits of accounts stand in it. A sign-in that fails because Redis is down would hurt more than
    a limit that does not hold for as long, and the log tells of it.
    """

    add = _or(True)(redis.RedisCache.add)
    set = _or(None)(redis.RedisCache.set)
    delete = _or(False)(redis.RedisCache.delete)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or(default)(super().get)(key, default, version)
