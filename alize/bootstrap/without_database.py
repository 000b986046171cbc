"""A command of Django where no database runs: one that reads it says so, whichever it is."""

import sys
from collections.abc import Iterator
from io import StringIO

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand, OutputWrapper
from django.db import OperationalError

SENTENCE = (
    "« {name} » lit une base, et aucune ne tourne ici : démarrez d'abord la démonstration"
    " (python3 manage.py demo), ou donnez DATABASE_URL et DJANGO_SETTINGS_MODULE."
)


class Utility(ManagementUtility):
    """Django's own, which keeps what a command complains of until it is known why it ended."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(["manage.py", *arguments])
        self.complaints = StringIO()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        command.stderr = OutputWrapper(self.complaints)
        return command


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code, its traceback aside when it wanted a database."""
    utility = Utility(arguments)
    try:
        utility.execute()
    except (OperationalError, SystemExit) as end:
        if any(isinstance(error, OperationalError) for error in _causes(end)):
            utility.complaints = StringIO()
            print(f"\n{SENTENCE.format(name=arguments[0])}", file=sys.stderr)
            return 1
        raise
    finally:
        sys.stderr.write(utility.complaints.getvalue())
    return 0


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, then what it was raised for: some commands have their own words for any failure."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
