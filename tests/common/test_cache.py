"""One compartment of the cache a basin; limits hold without the broker (security.md D6)."""

import pytest

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
