"""What the committee does after the commit: importing a subject here registers its handlers."""

from committees.tasks import letters as letters
from committees.tasks import minutes as minutes
