"""Slowing down whoever knocks at a public door too often."""

from django.core.cache import cache
from django.http import HttpRequest


def is_tired(request: HttpRequest, door: str, *, at_most: int, seconds: int = 60) -> bool:
    """Whether this address has come to `door` more than `at_most` times within `seconds`; counts this time.

    REMOTE_ADDR only: a forwarded header can be forged.
    """
    key = f"{door}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > at_most
    except ValueError:  # the time ended between the two
        return False
