"""Where the rooms above add to the page of a partner, from their own `panels.py`."""

from basins.sections import Sections
from partners.models import Partner

SECTIONS: Sections[Partner] = Sections()
