"""One compartment of the cache a basin; limits hold without the broker (security.md D6)."""

import pytest
from django.core.cache.backends.locmem import LocMemCache

from alize.common.cache import FallbackCache, basin_key
from basins import tenancy

pytestmark = pytest.mark.django_db
NOBODY = "redis://127.0.0.1:1"


def test_basin_key_keeps_basins_apart_and_counts_guesses_once(savoie, meuse):
    seen = {}
    for basin in (savoie, meuse):
        with tenancy.inside(basin):
            seen[basin.slug] = [basin_key(key, "", 1) for key in ("page", "allauth:limit")]
    assert seen == {
        "savoie": ["b_0001::1:page", "public::1:allauth:limit"],
        "meuse": ["b_0002::1:page", "public::1:allauth:limit"],
    }


@pytest.mark.parametrize("location", ["", NOBODY])
def test_sign_in_limits_without_the_broker_are_those_of_all_processes(location):
    cache = another_process(location)
    assert cache.add("allauth:tries", [1.5])
    cache = another_process(location)
    assert cache.get("allauth:tries") == [1.5]
    assert not cache.add("allauth:tries", [2.5])
    assert cache.has_key("allauth:tries")
    assert cache.delete("allauth:tries")
    assert another_process(location).get("allauth:tries") is None


def test_sign_in_limits_without_the_broker_leave_a_basin_alone(savoie):
    cache = another_process(NOBODY)
    with tenancy.inside(savoie):
        assert cache.add("allauth:tries", 1)
        assert cache.get("allauth:tries") == 1


def another_process(location):
    """A cache whose process remembers nothing yet."""
    LocMemCache("fallback", {}).clear()
    return FallbackCache(location, {"KEY_FUNCTION": basin_key})


@pytest.mark.parametrize("location", ["", NOBODY])
def test_a_cache_without_its_broker_counts_in_the_process(location):
    cache = FallbackCache(location, {})
    cache.clear()
    assert cache.get("tries") is None
    assert cache.add("tries", 1)
    assert not cache.add("tries", 5)
    assert cache.incr("tries") == 2
    cache.set("tries", 7)
    assert (cache.get("tries"), cache.has_key("tries")) == (7, True)
    assert cache.touch("tries")
    assert cache.delete("tries")
    assert cache.get("tries") is None
