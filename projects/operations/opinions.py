"""The owner's word on the support, asked at M+6 and M+18, given once (M19, kpis.md K26)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import links, tenancy
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from projects.enums import Usefulness
from projects.follow_up import permissions
from projects.models import OwnerOpinion, Project
from projects.operations.follow_up import ASKED_AT, LINK_VALID
from projects.rules import opinion_dates


def plan_opinions(project: Project, *, at: datetime) -> None:
    """Write down when the owner is asked, and the mails that do (M19).

    In the transaction of the label. As for a review, a mail whose day is past is not sent.
    """
    if project.labelled_on is None:
        raise ValueError("Only a labelled project is followed.")
    opinions = OwnerOpinion.objects.bulk_create(
        OwnerOpinion(project=project, month=month, due_on=due_on)
        for month, due_on in opinion_dates(project.labelled_on)
    )
    for opinion in opinions:
        due_at = timezone.make_aware(datetime.combine(opinion.due_on, ASKED_AT))
        if due_at > at:
            enqueue(
                "follow_up.ask_owner", key=str(opinion.pk), due_at=due_at, opinion_id=opinion.pk
            )


@transaction.atomic
def ask_opinion(*, opinion_id: int, at: datetime) -> OwnerOpinion:
    """Write to the owner, with a link that opens the question without an account (M19).

    :raises ActionDenied: it is answered, the support has stopped, or the owner has no address.
    """
    opinion = _locked(opinion_id)
    permissions.ask_owner(opinion)
    _send_link(opinion, at=at)
    opinion.asked_at = at
    opinion.save(update_fields=["asked_at"])
    audit.record("opinion.asked", target=opinion, at=at)
    return opinion


@transaction.atomic
def renew_opinion_link(*, link: SingleUseLink, at: datetime) -> bool:
    """Send a new link to the address of the first; returns whether one left.

    :raises ActionDenied: no answer is expected any more, or the owner has another address.
    """
    opinion = _locked(link.target_id)
    permissions.give_opinion(opinion)
    links.check_address(link, opinion.project.owner_email)
    if links.was_issued_lately(link, at=at):
        return False
    _send_link(opinion, at=at)
    audit.record("opinion.link_renewed", target=opinion, at=at)
    return True


@transaction.atomic
def give_opinion(
    *, opinion_id: int, usefulness: Usefulness, comment: str, link: SingleUseLink, at: datetime
) -> OwnerOpinion:
    """Record what the owner says, once; the link is spent in the same transaction.

    :raises ActionDenied: it was answered meanwhile, or the support has stopped.
    """
    opinion = _locked(opinion_id)
    links.use(link, at=at)
    permissions.give_opinion(opinion)
    opinion.usefulness, opinion.comment, opinion.answered_at = usefulness, comment, at
    opinion.save(update_fields=["usefulness", "comment", "answered_at"])
    audit.record("opinion.given", target=opinion, at=at, month=opinion.month, link=link.pk)
    return opinion


def _locked(opinion_id: int) -> OwnerOpinion:
    """The opinion, held until the end of the transaction."""
    return (
        OwnerOpinion.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary")
        .get(pk=opinion_id)
    )


def _send_link(opinion: OwnerOpinion, *, at: datetime) -> None:
    project = opinion.project
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.OWNER_OPINION,
        target_id=opinion.pk,
        email=project.owner_email,
        at=at,
        valid=LINK_VALID,
    )
    send_mail(
        "M19",
        to=Recipient(project.owner_email, project.owner_name),
        path=reverse("owner_opinion", kwargs={"token": token}),
        key=f"{opinion.pk}:{at.isoformat()}",
        company=project.beneficiary.name,
        month=opinion.month,
        until=short_date(timezone.localdate(at + LINK_VALID)),
    )
