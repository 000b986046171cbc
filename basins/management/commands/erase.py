"""`manage.py erase`: what names somebody, printed first, then erased when asked to (S55)."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from basins import erasure, tenancy
from basins.management.verification import one_snapshot
from basins.queries import national_staff


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise CommandError(
            f"{path} ne se lit pas : donnez un fichier de texte, une demande par ligne."
        ) from error


class Command(BaseCommand):
    help = (
        "Affiche ce qui nomme une personne et ce que la loi garde ; avec --by, l'efface. "
        "Gardez hors du serveur la liste des demandes : elle se rejoue après une restauration."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help="l'adresse de la personne")
        parser.add_argument(
            "--also", action="append", default=[], metavar="MOT", help="un autre nom, un numéro"
        )
        parser.add_argument(
            "--list", type=Path, metavar="FICHIER", help="une demande par ligne : adresse;mot;mot"
        )
        parser.add_argument(
            "--by",
            metavar="ADRESSE",
            help="efface, sous la responsabilité d'une personne d'ASTREES",
        )

    def handle(self, *args: Any, by: str | None, **options: Any) -> None:
        if not (options["email"] or options["list"]):
            raise CommandError("Donnez l'adresse de la personne, ou --list.")
        now = timezone.now()
        on = timezone.localdate(now)
        answering = self._answering(by, on) if by else None
        refused = []
        for email, *also in self._requests(**options):
            asked = erasure.asked_by(email, also)
            if answering is None:
                self._show(asked, on)
                continue
            try:
                remains = erasure.erase(asked, by=answering, at=now, on=on)
            except ActionDenied as denied:
                refused.append(denied.reason)
                continue
            self.stdout.write(
                f"Effacé : {email}. À garder hors du serveur, pour une restauration :"
            )
            self.stdout.write(";".join([email, *sorted(asked.words)]))
            for one in remains:
                self.stdout.write(f"  reste : {one}")
        if refused:
            raise CommandError("\n".join(refused))

    def _requests(self, *, email: str | None, also: list[str], **options: Any) -> Iterator[list]:
        if email:
            yield [email, *also]
        for line in _lines(options["list"]) if options["list"] else ():
            if line.strip():
                yield [word.strip() for word in line.split(";")]

    def _answering(self, email: str, on: Any) -> Person:
        with tenancy.national():
            found = next((one for one in national_staff(on=on) if one.email == email.lower()), None)
        if found is None:
            raise CommandError(f"{email} n'administre pas le réseau : rien n'est effacé.")
        return found

    def _show(self, asked: erasure.Asked, on: Any) -> None:
        known = f"personne {asked.person.pk}" if asked.person else "sans compte"
        also = f", aussi sous : {', '.join(sorted(asked.words))}" if asked.words else ""
        self.stdout.write(f"Recherche de {asked.email}, {known}{also}")
        for reason in erasure.reasons_to_wait(asked, on=on):
            self.stdout.write(f"  empêche d'effacer : {reason}")
        for basin in tenancy.every_space():
            stays = erasure.reasons_to_stay(basin, asked, on=on)
            for reason in stays:
                self.stdout.write(f"  reste tel quel : {reason}")
            with tenancy.inside(basin), one_snapshot():
                if not stays:
                    self._tell(str(basin), asked)
        with tenancy.national(), one_snapshot():
            self._tell("Réseau", asked)

    def _tell(self, place: str, asked: erasure.Asked) -> None:
        for trace in erasure.traces(asked):
            fate = f"gardé ({trace.ground})" if trace.ground else "effacé"
            self.stdout.write(f"  {place}, {trace}, {fate}")
