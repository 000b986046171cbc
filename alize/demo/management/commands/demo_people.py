"""`manage.py demo_people`: who can be entered as, and where."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from alize.demo.people import PEOPLE


class Command(BaseCommand):
    help = "Donne la liste des personnes de la démonstration et les adresses à ouvrir."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [(person.name, _role(person), person.email) for person in PEOPLE]
        widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
        for name, role, email in lines:
            self.stdout.write(f"  {name:<{widths[0]}}  {role:<{widths[1]}}  {email}")
        self.stdout.write("")
        self.stdout.write(f"Entrer comme l'une d'elles : {_address('account_login')}")
        self.stdout.write(f"Courriers envoyés          : {_address('demo_mails')}")


def _role(person: Any) -> str:
    place = f" ({person.place.capitalize()})" if person.place else ""
    return f"{person.role.label}{place}"


def _address(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"
