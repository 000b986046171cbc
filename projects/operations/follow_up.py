"""The reviews of a labelled project: planned, asked for, answered once (journeys.md C7, R35)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import links, tenancy
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from projects.enums import Situation
from projects.follow_up import permissions, queries
from projects.follow_up.rules import ASKS
from projects.models import FollowUpReview, Project
from projects.operations.base import figures_changed
from projects.operations.telling import tell
from projects.queries.visibility import alerted
from projects.rules import follow_up_dates

LINK_VALID = timedelta(days=30)
ASKED_AT = time(8)


@dataclass(frozen=True)
class Answer:
    """What the follow-up lead says of a company; jobs and days are counted since the signature."""

    situation: Situation
    jobs_created: Decimal
    jobs_retained: Decimal | None = None
    days_done: Decimal | None = None
    comment: str = ""
    needs_help: bool = False
    help_wanted: str = ""


def plan_reviews(project: Project, *, at: datetime) -> list[FollowUpReview]:
    """Write down the reviews to come and the mails that will ask for them (M16).

    In the transaction of the label. A mail whose day is past is not sent: a label recorded late
    does not flood its follow-up lead, the operator reminds by hand.
    """
    if project.labelled_on is None:
        raise ValueError("Only a labelled project is followed.")
    reviews = FollowUpReview.objects.bulk_create(
        FollowUpReview(project=project, month=month, due_on=due_on)
        for month, due_on in follow_up_dates(project.labelled_on)
    )
    for review in reviews:
        for days in ASKS:
            asked_on = datetime.combine(review.due_on + timedelta(days=days), ASKED_AT)
            due_at = timezone.make_aware(asked_on)
            if due_at > at:
                enqueue(
                    "follow_up.ask", key=f"{review.pk}:{days}", due_at=due_at, review_id=review.pk
                )
    return reviews


@transaction.atomic
def ask_review(*, review_id: int, by: Person | None, at: datetime) -> FollowUpReview:
    """Write to the follow-up lead, with a link that opens the review without an account (M16).

    :raises ActionDenied: it was answered meanwhile, or nobody follows the company any more.
    """
    review = locked_review(review_id)
    permissions.ask(review)
    _ask(review, by=by, at=at)
    return review


@transaction.atomic
def remind(*, review_ids: Collection[int], by: Person, at: datetime, command_key: UUID) -> int:
    """Write once for each of these reviews; returns how many left.

    One that was answered meanwhile needs no mail any more, and holds no other back.

    :raises AlreadyUsed: the form was sent before with other reviews.
    """
    chosen = sorted(review_ids)

    def act() -> dict[str, int]:
        waiting = [
            review for review in map(locked_review, chosen) if permissions.ask.allows(review)
        ]
        for review in waiting:
            _ask(review, by=by, at=at)
        return {"sent": len(waiting)}

    return once(command_key, payload={"reviews": chosen}, by=by, at=at, act=act)["sent"]


@transaction.atomic
def renew_link(*, link: SingleUseLink, at: datetime) -> bool:
    """Send a new link to the address of the first; returns whether one left.

    :raises ActionDenied: the review needs no answer any more, or is asked of somebody else.
    """
    review = locked_review(link.target_id)
    links.check_kept(link)
    permissions.ask(review)
    if links.was_issued_lately(link, at=at):
        return False
    lead = review.project.follow_up_lead
    name = lead.full_name if lead and lead.email == link.email else ""
    _send_link(review, to=Recipient(link.email, name), at=at)
    audit.record("review.link_renewed", target=review, at=at)
    return True


def ask_instead(project: Project, *, by: Person, at: datetime) -> None:
    """Ask the new lead what the former one was asked, whose links open nothing any more (M16)."""
    waiting = FollowUpReview.objects.filter(project=project, submitted_at=None, asked_at__lte=at)
    pks = list(waiting.order_by("due_on").values_list("pk", flat=True))
    links.withdraw(LinkPurpose.FOLLOW_UP_REVIEW, pks, basin=tenancy.current(), at=at)
    for review in map(locked_review, pks):
        if permissions.ask.allows(review):
            _ask(review, by=by, at=at)


@transaction.atomic
def submit_review(
    *,
    review_id: int,
    answer: Answer,
    at: datetime,
    by: Person | None = None,
    link: SingleUseLink | None = None,
) -> FollowUpReview:
    """Record the answer, once: through a single-use link, or signed in as the follow-up lead.

    :raises ActionDenied: it was answered meanwhile, or somebody else follows the company.
    """
    review = locked_review(review_id)
    if link is not None:
        links.use(link, at=at)
        permissions.answer(review)
    else:
        permissions.answer_signed_in(by, review)
    for name, value in vars(answer).items():
        setattr(review, name, value)
    review.submitted_at = at
    review.save()
    if answer.situation == Situation.DIFFICULT:
        _alert(review, at=at)
    if answer.needs_help:
        tell(
            "M92",
            review.project,
            path=basin_reverse("review_help", review_id=review.pk),
            instead=basin_reverse("review_detail", review_id=review.pk),
            key=f"{review.pk}",
            on=timezone.localdate(at),
            month=review.month,
        )
    audit.record(
        "review.submitted",
        target=review,
        by=by,
        at=at,
        month=review.month,
        situation=answer.situation,
        link=link and link.pk,
    )
    figures_changed("review", review.project, at=at)
    return review


@transaction.atomic
def handle_difficulty(*, review_id: int, by: Person, at: datetime) -> FollowUpReview:
    """Prendre en charge : somebody deals with a company in difficulty, and answers for it (C7).

    :raises ActionDenied: the last review tells of no difficulty, or somebody else deals with it.
    """
    review = locked_review(review_id)
    permissions.handle(review, replaced=queries.is_replaced(review))
    review.handled_at, review.handled_by_id = at, by.pk
    review.save(update_fields=["handled_at", "handled_by"])
    audit.record("review.handled", target=review, by=by, at=at)
    return review


def locked_review(review_id: int) -> FollowUpReview:
    """The review, held until the end of the transaction."""
    return (
        FollowUpReview.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary", "project__follow_up_lead")
        .get(pk=review_id)
    )


def _ask(review: FollowUpReview, *, by: Person | None, at: datetime) -> None:
    _send_link(review, to=Recipient.of(review.project.follow_up_lead), at=at)
    if review.asked_at is None:
        review.asked_at = at
        review.save(update_fields=["asked_at"])
    audit.record("review.asked", target=review, by=by, at=at)


def giver_of(review: FollowUpReview) -> Recipient:
    """Who gave a review: whoever used its link, or else the follow-up lead."""
    lead, basin = review.project.follow_up_lead, tenancy.current()
    used = links.used(LinkPurpose.FOLLOW_UP_REVIEW, review.pk, basin=basin)
    if used is not None and (lead is None or used.email != lead.email):
        return Recipient(used.email, "")
    return Recipient.of(lead)


def link_to(review: FollowUpReview, *, email: str, at: datetime) -> str:
    """The address of the page of a review, for somebody without an account."""
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.FOLLOW_UP_REVIEW,
        target_id=review.pk,
        email=email,
        at=at,
        valid=LINK_VALID,
    )
    return reverse("follow_up_review", kwargs={"token": token})


def _send_link(review: FollowUpReview, *, to: Recipient, at: datetime) -> None:
    send_mail(
        "M16",
        to=to,
        path=link_to(review, email=to.email, at=at),
        key=f"{review.pk}:{at.isoformat()}",
        month=review.month,
        company=review.project.beneficiary.name,
        date=short_date(review.due_on),
        awaited="était attendu" if review.due_on < timezone.localdate(at) else "est attendu",
        until=short_date(timezone.localdate(at + LINK_VALID)),
    )


def _alert(review: FollowUpReview, *, at: datetime) -> None:
    """Tell at once whoever may call the company (M17)."""
    project, today = review.project, timezone.localdate(at)
    for person in alerted(project, on=today):
        send_mail(
            "M17",
            to=Recipient.of(person),
            path=basin_reverse("project_detail", reference=project.reference),
            key=f"{review.pk}",
            reference=project.reference,
            month=review.month,
        )
