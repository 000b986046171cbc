"""Each basin of the demo knows whom its story names."""

from alize.accounts.models import Person
from basins import tenancy
from basins.queries.people import strangers_named


def test_the_basins_of_the_demo_name_nobody_they_do_not_know(savoie_of_the_demo):
    with tenancy.national():
        everybody = Person.objects.count()
    for basin in tenancy.every_basin():
        with tenancy.inside(basin):
            assert strangers_named() == []
            assert 0 < Person.objects.count() < everybody
