"""The letter of a decision is read through a link that its company may ask for again (M10)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.notifications.operations import Recipient, send_mail
from basins import links, tenancy
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from committees import permissions
from committees.models import Decision

LETTER_READABLE = timedelta(days=90)


def send_letter(decision: Decision, *, key: str, at: datetime, code: str = "M10") -> bool:
    """Write to the company, if it has an address, with a link of its own to the letter."""
    project = decision.project
    if not project.owner_email:
        return False
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.DECISION_LETTER,
        target_id=decision.pk,
        email=project.owner_email,
        at=at,
        valid=LETTER_READABLE,
    )
    send_mail(
        code,
        to=Recipient(project.owner_email, project.owner_name),
        path=reverse("letter_page", kwargs={"token": token}),
        key=key,
        company=project.beneficiary.name,
        reference=decision.reference,
    )
    return True


@transaction.atomic
def hand_letter_over(*, decision_id: int, by: Person, at: datetime) -> Decision:
    """Lettre remise : somebody gave its letter to a company without an address.

    :raises ActionDenied: the letter left by mail, or was handed over.
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    permissions.hand_letter_over(decision)
    decision.letter_to_hand_over = False
    decision.save(update_fields=["letter_to_hand_over"])
    audit.record("decision.letter_handed_over", target=decision, by=by, at=at)
    return decision


@transaction.atomic
def renew_letter_link(*, link: SingleUseLink, at: datetime) -> Decision:
    """Send a new link to the address of the first, unless one has just left.

    :raises ActionDenied: the company has another address now.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary")
        .get(pk=link.target_id)
    )
    links.check_address(link, decision.project.owner_email)
    if not links.was_issued_lately(link, at=at):
        send_letter(decision, key=f"renewed:{decision.pk}:{at.isoformat()}", at=at)
        audit.record("decision.link_renewed", target=decision, at=at)
    return decision
