"""`manage.py seal_keys`: creates, rotates, renews, lists, revokes, exports the seal's keys."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from alize.audit import operations as audit
from alize.common.terminal import ask_secret
from alize.seals.keys import KeyFolder, KeyRefused

HALF = 12  # characters that each of the two persons types at least


class Command(BaseCommand):
    help = (
        "Les clés du cachet : create, rotate, renew, list, revoke, export. La clé de l'autorité "
        "et une clé exportée s'ouvrent par une phrase dont deux personnes tiennent chacune une "
        "moitié."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("create", help="créer l'autorité et le premier certificat")
        acts.add_parser("rotate", help="créer un autre certificat, qui scelle désormais")
        acts.add_parser(
            "renew", help="créer une autre autorité et un certificat, qui scelle désormais"
        )
        acts.add_parser("list", help="montrer les certificats")
        acts.add_parser("revoke", help="révoquer un certificat").add_argument("number", type=int)
        export = acts.add_parser("export", help="sortir une clé, chiffrée par deux personnes")
        export.add_argument("number", type=int)
        export.add_argument("file", type=Path)

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        folder = KeyFolder(Path(settings.SEAL_KEYS))
        if not settings.SEAL_PASSPHRASE:
            raise CommandError("SEAL_PASSPHRASE est vide : fixez-la dans l'environnement.")
        try:
            if act != "list":
                with transaction.atomic():
                    facts = self._carry_out(folder, act, options)
                    audit.record(f"seal_keys.{act}", at=timezone.now(), **facts)
            self._show(folder)
        except KeyRefused as refusal:
            raise CommandError(refusal.reason) from refusal

    def _carry_out(
        self, folder: KeyFolder, act: str, options: dict[str, Any]
    ) -> dict[str, str | int]:
        """Do it and say what the journal keeps of it."""
        at, passphrase = timezone.now(), settings.SEAL_PASSPHRASE
        if act in {"create", "renew"}:
            begin = folder.create if act == "create" else folder.renew
            begin(
                authority_passphrase=_halves("l'autorité", new=True), passphrase=passphrase, at=at
            )
            self.stdout.write(
                "Mettez authority.p12 hors ligne, en deux exemplaires : il ne sert qu'à renouveler "
                "et à révoquer."
            )
            trust = folder.trust()
            return {
                "certificate": trust.certificates[0].fingerprint,
                "authority": trust.authorities[0].fingerprint,
            }
        if act == "rotate":
            made = folder.rotate(
                authority_passphrase=_halves("l'autorité"), passphrase=passphrase, at=at
            )
            return {"certificate": made.fingerprint}
        number = options["number"]
        if act == "revoke":
            folder.revoke(number, authority_passphrase=_halves("l'autorité"), at=at)
        else:
            exported = folder.export(
                number, passphrase=passphrase, export_passphrase=_halves("l'export", new=True)
            )
            _write_apart(options["file"], exported)
        return {"number": number}

    def _show(self, folder: KeyFolder) -> None:
        now = timezone.now()
        trust = folder.trust()
        for authority in trust.authorities:
            self.stdout.write(
                f"autorité n° {authority.number}, du {authority.from_on:%d/%m/%Y} au "
                f"{authority.until:%d/%m/%Y}, SHA-256 {authority.fingerprint}"
            )
        for one in trust.certificates:
            state = "révoqué" if one.revoked_at else "valide" if one.may_seal(now) else "expiré"
            self.stdout.write(
                f"n° {one.number}, {state}, du {one.from_on:%d/%m/%Y} au {one.until:%d/%m/%Y}, "
                f"SHA-256 {one.fingerprint}"
            )


def _halves(of: str, *, new: bool = False) -> str:
    """The passphrase that two persons type one after the other, twice when it is new."""
    halves = [_half(who, of, new=new) for who in ("Première", "Seconde")]
    return "\n".join(halves)


def _half(who: str, of: str, *, new: bool) -> str:
    half = ask_secret(f"{who} personne, votre moitié de la phrase de {of} : ")
    if new and len(half) < HALF:
        raise CommandError(f"Chaque moitié compte au moins {HALF} caractères : recommencez.")
    if new and ask_secret(f"{who} personne, la même encore : ") != half:
        raise CommandError("Les deux saisies diffèrent : recommencez.")
    return half


def _write_apart(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(
            f"{path} ne peut pas être créé : choisissez un autre nom, dans un dossier existant."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
