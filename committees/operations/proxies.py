"""The life of a proxy: given, accepted or declined, taken back (C3, voting.md 5.3).

The lock of the meeting is that of all its proxies: two that come together are one after the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import counted
from alize.notifications.operations import Recipient, send_mail
from basins import links, tenancy
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from committees import permissions
from committees.models import AgendaItem, Meeting, Proxy, Seat
from committees.operations.base import locked_meeting
from committees.queries import proxies, recusals, seals, seats
from committees.queries.rules import committee_rules
from committees.rules import proxies as rules


@transaction.atomic
def give_proxy(
    *,
    meeting_id: int,
    giver_id: int,
    holder_id: int,
    item_ids: Sequence[int] = (),
    instruction: str = "",
    by: Person,
    at: datetime,
) -> list[Proxy]:
    """Let another seat speak for one's own, for the whole meeting or for some of its files.

    :raises ActionDenied: the rules, the meeting or the seat do not allow it.
    :raises InvalidInput: the other seat may not hold it.
    """
    meeting = locked_meeting(meeting_id)
    in_office = Seat.objects.in_office(seats.day_of(meeting)).select_related("partner", "holder")
    giver = in_office.get(pk=giver_id)
    permissions.sit(by, giver, alternates=seats.alternates_of(giver))
    committee = proxies.rules_of(meeting)
    is_seated = seats.seated(meeting).filter(seat=giver).exists()
    permissions.give_proxy(meeting, giver, committee, is_seated=is_seated, at=at)
    holder = in_office.filter(pk=holder_id).first()
    if holder is None:
        raise InvalidInput("Ce siège n'est pas en fonction le jour de la séance.", field="holder")
    _check_holder(giver, holder)
    items = list(meeting.items.filter(pk__in=item_ids).select_related("project__beneficiary"))
    if len(items) < len(set(item_ids)):
        raise InvalidInput("Un de ces dossiers n'est plus à l'ordre du jour.", field="items")
    for item in items:
        _check_links(item, giver, holder)
    scopes: list[AgendaItem | None] = [*items] or [None]
    live = proxies.given(meeting)
    for scope in scopes:
        _check_free(giver, holder, scope, live, maximum=committee.max_proxies)
    made = [
        Proxy.objects.create(
            meeting=meeting,
            item=item,
            giver=giver,
            holder=holder,
            instruction=instruction.strip(),
            given_at=at,
            given_by_id=by.pk,
        )
        for item in scopes
    ]
    _ask_holder(made[0], meeting, files=len(items), by=by, at=at)
    audit.record(
        "proxy.given",
        target=meeting,
        by=by,
        at=at,
        giver=giver.pk,
        holder=holder.pk,
        items=[item.pk for item in items],
        seals={str(proxy.pk): seals.of_proxy(proxy) for proxy in made},
    )
    return made


def _ask_holder(proxy: Proxy, meeting: Meeting, *, files: int, by: Person, at: datetime) -> None:
    """One mail for all that is given in one act: one answer is for all of it."""
    holder = proxy.holder.holder
    send_mail(
        "M05",
        to=Recipient.of(holder),
        path=_link_to(proxy, meeting, holder, at=at),
        key=f"{proxy.pk}",
        giver=by.full_name,
        partner=proxy.giver.partner.name,
        meeting=meeting.noun,
        scope=_scope_in_words(meeting, files),
        date=long_date(seats.day_of(meeting)),
    )


def _link_to(proxy: Proxy, meeting: Meeting, holder: Person, *, at: datetime) -> str:
    """Where its holder answers without signing in, until the day after the meeting."""
    ends_at = meeting.closes_at or meeting.held_at
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.PROXY_ANSWER,
        target_id=proxy.pk,
        email=holder.email,
        at=at,
        valid=max(ends_at - at, timedelta()) + timedelta(days=1),
    )
    return reverse("proxy_link", kwargs={"token": token})


def _scope_in_words(meeting: Meeting, items: int) -> str:
    if not items:
        return f"pour toute la {meeting.noun}"
    return f"pour {counted(items, 'dossier', 'dossiers')} de l'ordre du jour"


def _check_holder(giver: Seat, holder: Seat) -> None:
    try:
        permissions.hold_proxy(giver, holder, committee_rules())
    except ActionDenied as denied:
        raise InvalidInput(denied.reason, field="holder") from denied


def _check_free(
    giver: Seat,
    holder: Seat,
    item: AgendaItem | None,
    live: Collection[rules.Given],
    *,
    maximum: int,
) -> None:
    """Refuse one more proxy where those that stand leave no room for it (voting.md 5.3)."""
    file = item.pk if item else None
    if why_not := rules.why_not_give(giver.pk, file, live):
        raise ActionDenied(why_not)
    if full := rules.why_not_hold(holder.pk, file, live, maximum=maximum):
        raise InvalidInput(f"{holder.partner} {full}.", field="holder")


def _check_links(item: AgendaItem, giver: Seat, holder: Seat) -> None:
    """A seat that withdrew from a file neither gives nor receives on it (SD5)."""
    recused = recusals.recused_seats(item)
    if giver.pk in recused:
        raise InvalidInput(
            "Votre siège s'est déporté d'un de ces dossiers : il n'y donne pas pouvoir.",
            field="items",
        )
    if holder.pk in recused:
        raise InvalidInput(
            f"{holder.partner} s'est déporté sur {item.project.beneficiary}.", field="holder"
        )


@transaction.atomic
def answer_proxy(
    *,
    proxy_id: int,
    accept: bool,
    link: SingleUseLink | None = None,
    by: Person,
    at: datetime,
) -> list[Proxy]:
    """Accept or decline all that was given in one act; the link that led there is spent by it.

    :raises ActionDenied: it was taken back or answered, it is another seat's, or the holder's
        seat may no longer hold it.
    """
    meeting, acts = _held(proxy_id)
    holder = acts[0].holder
    permissions.sit(by, holder, alternates=seats.alternates_of(holder))
    for proxy in acts:
        permissions.answer_proxy(proxy, meeting, at=at)
        if accept:
            _check_still(proxy, meeting)
            proxy.accepted_at, proxy.accepted_by_id = at, by.pk
        else:
            proxy.declined_at, proxy.declined_by_id = at, by.pk
        proxy.save()
    if link is not None:
        links.use(link, at=at)
    giver = Person.objects.get(pk=acts[0].given_by_id)
    send_mail(
        "M41",
        to=Recipient.of(giver),
        path=basin_reverse("proxy_list", number=meeting.number),
        key=f"{acts[0].pk}",
        holder=by.full_name,
        answer="accepté" if accept else "refusé",
        meeting=meeting.noun,
        date=long_date(seats.day_of(meeting)),
    )
    word = "accepted" if accept else "declined"
    audit.record(f"proxy.{word}", target=meeting, by=by, at=at, proxies=[one.pk for one in acts])
    return acts


def _held(proxy_id: int) -> tuple[Meeting, list[Proxy]]:
    """The meeting, locked, and what was given in the same act, neither declined nor taken back.

    When nothing of it is left, the proxy itself: its check says what became of it.
    """
    asked = Proxy.objects.get(pk=proxy_id)
    meeting = locked_meeting(asked.meeting_id)
    together = Proxy.objects.filter(
        meeting=meeting, giver=asked.giver_id, holder=asked.holder_id, given_at=asked.given_at
    ).select_related("giver__holder", "giver__partner", "holder__partner", "holder__holder")
    standing = together.filter(declined_at=None, revoked_at=None).order_by("pk")
    return meeting, list(standing) or [together.get(pk=asked.pk)]


def _check_still(proxy: Proxy, meeting: Meeting) -> None:
    """Refuse what came between: another proxy accepted, or one's own given meanwhile."""
    committee = proxies.rules_of(meeting)
    others = [
        one
        for one in proxies.given(meeting)
        if (one.giver, one.file) != (proxy.giver_id, proxy.item_id)
    ]
    accepted = [one for one in others if one.accepted or one.giver == proxy.holder_id]
    why_not = rules.why_not_hold(
        proxy.holder_id, proxy.item_id, accepted, maximum=committee.max_proxies
    )
    if why_not:
        raise ActionDenied(f"Votre siège {why_not} : vous ne pouvez plus accepter celui-ci.")
    if any(one.holder == proxy.giver_id and rules.meet(one.file, proxy.item_id) for one in accepted
           if one.accepted):  # fmt: skip
        raise ActionDenied(f"{proxy.giver.partner} a reçu un pouvoir : il ne donne plus le sien.")


@transaction.atomic
def revoke_proxy(*, proxy_id: int, by: Person, at: datetime) -> list[Proxy]:
    """Take one's vote back: all that was given in the same act.

    :raises ActionDenied: it is another seat's, it no longer exists, or the meeting is over.
    """
    meeting, acts = _held(proxy_id)
    giver = acts[0].giver
    permissions.sit(by, giver, alternates=seats.alternates_of(giver))
    for proxy in acts:
        permissions.revoke_proxy(proxy, meeting, at=at)
    _revoke(acts, by=by, at=at)
    audit.record("proxy.revoked", target=meeting, by=by, at=at, proxies=[one.pk for one in acts])
    return acts


def withdraw_on_arrival(seat: Seat, meeting: Meeting, *, by: Person, at: datetime) -> list[Proxy]:
    """End the proxies given by a seat that turns up, its holder or an alternate.

    For who notes the arrival: the meeting is already locked.
    """
    acts = list(proxies.live(meeting).filter(giver=seat.pk))
    if acts:
        _revoke(acts, by=by, at=at)
        ended = [one.pk for one in acts]
        audit.record("proxy.revoked", target=meeting, by=by, at=at, proxies=ended, arrival=True)
    return acts


def _revoke(acts: Sequence[Proxy], *, by: Person, at: datetime) -> None:
    for proxy in acts:
        proxy.revoked_at, proxy.revoked_by_id = at, by.pk
        proxy.save(update_fields=["revoked_at", "revoked_by"])
