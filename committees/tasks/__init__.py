"""What the committee does after the commit: importing a subject here registers its handlers."""

from committees.tasks import conditions as conditions
from committees.tasks import consultations as consultations
from committees.tasks import declarations as declarations
from committees.tasks import letters as letters
from committees.tasks import minutes as minutes
from committees.tasks import packs as packs
from committees.tasks import summons as summons
