"""What may be done with one review, and with the opinion of an owner."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from projects.enums import SUPPORTED, ProjectStatus, Situation
from projects.models import FollowUpReview, OwnerOpinion

FOLLOWED = SUPPORTED | {ProjectStatus.CLOSED}
"""A closed project is still observed at M+24 and M+36 (R86)."""


@check
def answer(review: FollowUpReview) -> None:
    """Say how the company does: once, while it is followed."""
    if review.submitted_at is not None:
        raise ActionDenied("Ce point de suivi est déjà rendu : merci, il n'y a plus rien à faire.")
    if review.project.status not in FOLLOWED:
        raise ActionDenied("Cette entreprise n'est plus suivie : ce point n'est plus attendu.")


@check
def answer_signed_in(by: Person | None, review: FollowUpReview) -> None:
    """Answer from one's account: the follow-up lead, nobody else."""
    if by is None or review.project.follow_up_lead_id != by.pk:
        raise ActionDenied("Seul le mandataire de cette entreprise remplit ses points de suivi.")
    answer(review)


@check
def ask(review: FollowUpReview) -> None:
    """Write to the follow-up lead: as long as an answer is expected of somebody."""
    answer(review)
    if review.project.follow_up_lead_id is None:
        raise ActionDenied("Ce dossier n'a pas de mandataire : désignez-le avant de le relancer.")


@check
def handle(review: FollowUpReview, *, replaced: bool) -> None:
    """Take a company in difficulty in hand: its last review says so, and once only (C7)."""
    if review.submitted_at is None or review.situation != Situation.DIFFICULT:
        raise ActionDenied("Ce point de suivi ne signale pas de difficulté.")
    if replaced:
        raise ActionDenied("Un point rendu depuis dit comment va cette entreprise : lisez-le.")
    if review.handled_at is not None:
        raise ActionDenied(f"{review.handled_by} a déjà pris en charge cette entreprise.")


@check
def answer_help(review: FollowUpReview) -> None:
    """Answer what a review asks of the committee: once, by a file or by a reason (R36)."""
    if review.submitted_at is None or not review.needs_help:
        raise ActionDenied("Ce point de suivi ne demande pas de nouvelle intervention.")
    if review.help_project is not None:
        raise ActionDenied(
            f"Cette demande a déjà sa réponse : le dossier {review.help_project.reference}."
        )
    if review.help_answered_at is not None:
        raise ActionDenied("Cette demande a déjà sa réponse : elle reste sans suite.")


@check
def give_opinion(opinion: OwnerOpinion) -> None:
    """Say what the support is worth: once, while the company is followed."""
    if opinion.answered_at is not None:
        raise ActionDenied("Votre avis est déjà enregistré : merci, il n'y a plus rien à faire.")
    if opinion.project.status not in FOLLOWED:
        raise ActionDenied("Cette entreprise n'est plus suivie : cet avis n'est plus attendu.")


@check
def ask_owner(opinion: OwnerOpinion) -> None:
    """Write to the owner: as long as an answer is expected, at an address that is known."""
    give_opinion(opinion)
    if not opinion.project.owner_email:
        raise ActionDenied("L'adresse du dirigeant n'est pas connue : ajoutez-la au dossier.")
