"""What the reviews ask of the committee: a file of its own, or a reason why not (R36, O7)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import send_mail
from projects.enums import Origin
from projects.follow_up import permissions
from projects.models import FollowUpReview, Project
from projects.operations.contacts import create_contact
from projects.operations.follow_up import LINK_VALID, giver_of, link_to, locked_review


@transaction.atomic
def open_intervention(*, review_id: int, need: str, by: Person, at: datetime) -> Project:
    """Open a file of the same company for what its follow-up lead asks (R36).

    The committee examines it as any other, once its diagnosis is made; the lead is told.

    :raises ActionDenied: nothing is asked, or it is answered.
    """
    review = locked_review(review_id)
    permissions.answer_help(review)
    followed = review.project
    partner = followed.follow_up_partner_id or followed.origin_partner_id
    review.help_project = create_contact(
        need=need,
        beneficiary_id=followed.beneficiary_id,
        origin=Origin.PARTNER if followed.follow_up_partner_id else followed.origin,
        origin_partner_id=partner,
        owner_name=followed.owner_name,
        owner_email=followed.owner_email,
        owner_phone=followed.owner_phone,
        by=by,
        at=at,
    )
    _answer(review, by=by, at=at, answer="un dossier est ouvert, que le comité examinera")
    audit.record(
        "review.intervention_opened",
        target=review,
        by=by,
        at=at,
        project=review.help_project.pk,
    )
    return review.help_project


@transaction.atomic
def decline_intervention(
    *, review_id: int, reason: str, by: Person, at: datetime
) -> FollowUpReview:
    """Leave without a file what a follow-up lead asks, and tell them why (R36).

    :raises ActionDenied: nothing is asked, or it is answered.
    :raises InvalidInput: no reason is given.
    """
    review = locked_review(review_id)
    permissions.answer_help(review)
    review.help_refusal = reason.strip()
    if not review.help_refusal:
        raise InvalidInput("Dites pourquoi la demande reste sans suite.", field="reason")
    _answer(review, by=by, at=at, answer="elle reste sans suite, et l'opérateur dit pourquoi")
    audit.record("review.intervention_declined", target=review, by=by, at=at)
    return review


def _answer(review: FollowUpReview, *, by: Person, at: datetime, answer: str) -> None:
    """Keep who answered; whoever gave the review reads it by a link (M93)."""
    review.help_answered_at, review.help_answered_by_id = at, by.pk
    review.save(
        update_fields=["help_answered_at", "help_answered_by", "help_project", "help_refusal"]
    )
    to = giver_of(review)
    send_mail(
        "M93",
        to=to,
        path=link_to(review, email=to.email, at=at),
        key=f"{review.pk}",
        company=review.project.beneficiary.name,
        month=review.month,
        answer=answer,
        until=short_date(timezone.localdate(at + LINK_VALID)),
    )
