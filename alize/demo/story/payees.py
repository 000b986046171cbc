"""Writes where the companies of a demo basin are paid."""

from datetime import date, timedelta
from unicodedata import normalize

from alize.demo.story.scene import Scene, at
from funds.enums import PayeeStatus, Verification
from funds.models import PayeeAccount
from projects.models import Project

BANK, BRANCH, BIC = 30006, 1, "AGRIFRPP"
COUNTRY = "152700"
"""« FR00 » as the key of an IBAN counts it."""


def write_payee(scene: Scene, project: Project, approved_on: date) -> PayeeAccount:
    """The bank details of the company of a project, approved by two persons."""
    return PayeeAccount.objects.create(
        beneficiary=project.beneficiary,
        holder=written_by_banks(project.beneficiary.name),
        iban=iban_of(project.pk),
        bic=BIC,
        received_on=approved_on - timedelta(days=3),
        called=project.owner_name,
        called_number=project.owner_phone or "04 79 00 00 00",
        number_source="" if project.owner_phone else "Annuaire",
        called_on=approved_on - timedelta(days=2),
        email=project.owner_email,
        status=PayeeStatus.APPROVED,
        verification=Verification.MATCH,
        proposed_at=at(approved_on - timedelta(days=1)),
        proposed_by=scene.people.operator,
        decided_at=at(approved_on),
        decided_by=scene.people.second,
    )


def written_by_banks(name: str) -> str:
    """« SCIERIE DES BAUGES » : capitals without accents, nor what no bank takes."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def iban_of(account: int) -> str:
    """The French IBAN of an account number, both its keys right."""
    key = 97 - (89 * BANK + 15 * BRANCH + 3 * account) % 97
    number = f"{BANK:05}{BRANCH:05}{account:011}{key:02}"
    return f"FR{98 - int(number + COUNTRY) % 97:02}{number}"
