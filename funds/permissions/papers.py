"""What is sent, frozen or certified of the fund."""

from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from funds.enums import (
    AdvanceStatus,
)
from funds.models import (
    Advance,
    DeclaredAid,
)
from funds.rules import Position
from projects.models import Project


@check
def send_paper(project: Project) -> None:
    """To the address of the file."""
    if not project.owner_email:
        raise ActionDenied(
            "Le dossier n'a pas d'adresse électronique du dirigeant : téléchargez le document et "
            "postez-le."
        )


@check
def freeze_report(last_entry: int) -> None:
    """Something was recorded."""
    if not last_entry:
        raise ActionDenied("Le grand livre est vide : il n'y a rien à rapporter.")


@check
def issue_statement(standing: Position) -> None:
    """An account starts with the first payment that reached its company."""
    if not standing.disbursed:
        raise ActionDenied("Rien n'était versé à cette date : il n'y a pas de compte à relever.")


@check
def certify_settlement(standing: Position, *, to_leave: int) -> None:
    """Everything lent came back, nothing was written off nor is about to leave."""
    if not standing.disbursed:
        raise ActionDenied("Rien n'a encore été versé sur cette avance.")
    if left := standing.outstanding + standing.owed_back:
        raise ActionDenied(
            f"Il reste {format_euros(left)} à rembourser : l'attestation se fait "
            "une fois l'avance soldée."
        )
    if standing.written_off:
        raise ActionDenied(
            "Une partie de cette avance est passée en perte : elle n'est pas soldée."
        )
    if to_leave:
        raise ActionDenied(
            f"{format_euros(to_leave)} de cette avance sont encore à verser, ou pas encore connus "
            "de la banque : l'attestation se fait une fois ce versement parti et remboursé, ou "
            "annulé."
        )


@check
def send_reminders(count: int) -> None:
    """Only what is due on the day, each step once (feature 13)."""
    if not count:
        raise ActionDenied(
            "Ces relances ne sont plus à envoyer : elles viennent de partir, ou l'entreprise a "
            "payé depuis."
        )


@check
def withdraw_aid(aid: DeclaredAid) -> None:
    """Once."""
    if aid.withdrawn_at is not None:
        raise ActionDenied("Cette aide est déjà retirée.")


@check
def certify_aid(advance: Advance) -> None:
    """An aid is granted by the signature of its convention (funds.md 2.6)."""
    if advance.contracted_on is None or advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied(
            "L'attestation se fait une fois la convention signée par toutes les parties."
        )
