"""What may be done with an evaluation report, and with a steering committee."""

from datetime import date

from django.http import HttpRequest

from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.enums import Role
from conventions import permissions as conventions
from signatures.enums import ENDED
from steering.enums import SteeringStatus
from steering.models import EvaluationReport, SteeringMeeting


def reads_report(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The documents of a report are read by whoever reads reports, once it is published."""
    return allows(request.roles, "report.read")


def reads_minutes(roles: frozenset[Role]) -> bool:
    """Minutes name companies: they are for whoever reads those of the approval committee.

    And for whoever confirms a copy of them signed on paper.
    """
    return allows(roles, "minutes.read") or allows(roles, "signature.confirm")


@check
def prepare(year: int, as_of: date, *, on: date, first: int) -> None:
    """Take the figures of a year of the basin that has begun, on a day that is not to come."""
    if year < first:
        raise ActionDenied(
            f"Le bassin n'existait pas en {year} : son premier rapport est celui de {first}."
        )
    if as_of > on:
        raise ActionDenied(f"Les chiffres s'arrêtent au plus tard aujourd'hui, {short_date(on)}.")
    if as_of < date(year, 1, 1):
        raise ActionDenied(f"Au {short_date(as_of)}, l'année {year} n'avait pas commencé.")


@check
def publish(report: EvaluationReport) -> None:
    """Publish once."""
    if report.published_at is not None:
        raise ActionDenied(f"Le rapport {report.year} est déjà publié.")


@check
def convene_meeting(convened: SteeringMeeting | None) -> None:
    """Convene a steering committee: one at a time, so that each follows the number before it."""
    if convened is not None:
        raise ActionDenied(
            f"Le comité de pilotage n° {convened.number} est déjà convoqué : enregistrez d'abord "
            "ses conclusions, ou changez sa date."
        )


@check
def move_meeting(meeting: SteeringMeeting) -> None:
    """Change when, where and on what a steering committee meets: until it is held."""
    if meeting.status != SteeringStatus.CONVENED:
        raise ActionDenied("Ce comité de pilotage s'est tenu : sa convocation ne change plus.")


@check
def close_meeting(meeting: SteeringMeeting) -> None:
    """Record its conclusions: once."""
    if meeting.status != SteeringStatus.CONVENED:
        raise ActionDenied(
            "Les conclusions de ce comité sont déjà enregistrées : corrigez son relevé tant qu'il "
            "n'est pas signé."
        )


@check
def correct_minutes(meeting: SteeringMeeting) -> None:
    """Correct its minutes: held, nobody is signing them, or a signature of theirs was set aside."""
    if meeting.status == SteeringStatus.CONVENED:
        raise ActionDenied("Enregistrez d'abord les conclusions de ce comité.")
    if is_lacking(meeting):
        return
    if meeting.status == SteeringStatus.SIGNED:
        raise ActionDenied("Le relevé de décisions est signé : il ne se modifie plus.")
    if meeting.circuit is not None and meeting.circuit.status not in ENDED:
        raise ActionDenied(
            "Le relevé de décisions est en signature : annulez d'abord le circuit pour le corriger."
        )


LACKING = "Une signature de ce relevé a été écartée : reprenez-le pour le faire signer de nouveau."


def is_lacking(meeting: SteeringMeeting) -> bool:
    """Whether a signature of its sealed minutes was set aside (signature.md 6.3)."""
    return meeting.circuit is not None and conventions.is_lacking(meeting.circuit)


def is_contested(meeting: SteeringMeeting) -> bool:
    """Whether a signature of its sealed minutes waits for what follows its contestation."""
    return meeting.circuit is not None and conventions.is_contested(meeting.circuit)


@check
def sign_minutes(meeting: SteeringMeeting) -> None:
    """Have its minutes signed: laid out, and nobody is signing them."""
    correct_minutes(meeting)
    if meeting.status == SteeringStatus.SIGNED:
        raise ActionDenied(f"{LACKING} Enregistrez-le d'abord, corrigé ou tel quel.")
    if meeting.document is None:
        raise ActionDenied("Le relevé n'est pas encore mis en page : rechargez la page.")
