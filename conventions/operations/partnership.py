"""A partnership convention from its draft to its signature (R7, R45, R52-R59)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any, cast

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.printable import printable
from alize.outbox.operations import enqueue
from basins.queries.references import references_on
from conventions.documents import agreements as documents
from conventions.documents.partnership import OPERATOR_TITLE, TITLE
from conventions.enums import AgreementStatus
from conventions.models import PartnershipConvention
from conventions.operations.agreements import (
    cancel_now,
    check_in_time,
    check_texts,
    figures_changed,
    freeze_now,
    give_up_circuits,
    kept,
    locked,
    reopen_now,
    sign_now,
    signer_facts,
    text_of,
)
from conventions.operations.days import check_three_years
from conventions.operations.settling import make_good
from conventions.operations.signing import STARTED_AGAIN
from conventions.operations.standings import tell_founding
from conventions.permissions import partnership as permissions
from conventions.queries.mandates import lines_on
from conventions.queries.overlaps import latest_end
from conventions.queries.partnership import partner_ids_of
from conventions.rules.partnership import cruise, term, years_of
from partners import operations as partners
from partners import permissions as partner_permissions
from partners.models import Partner, Pledge
from signatures import operations as signatures

EFFECT = "conventions.partnership_signed"

CARRIED_OVER = (
    "territory", "jobs_target", "projects_target", "meetings_target", "specific_objectives",
    "insertion", "distant_jobseekers", "alternation", "employment_service", "schemes",
    "local_engineering", "allowance", "chair", "chaired_by", "shared_functions",
)  # fmt: skip
"""What a renewal begins with; the comment of the budget belongs to its three years."""
FIELDS = (*CARRIED_OVER, "starts_on", "budget_comment")


@transaction.atomic
def prepare_partnership(*, starts_on: date, by: Person, at: datetime) -> PartnershipConvention:
    """Préparer la première convention, with the partners of that day; the draft open is kept.

    :raises ActionDenied: the basin has one, which is renewed instead.
    """
    _take_turn()
    live = PartnershipConvention.objects.live()
    draft = live.exclude(status=AgreementStatus.SIGNED).first()
    if draft is not None:
        return draft
    permissions.begin()
    today = timezone.localdate(at)
    convention = PartnershipConvention.objects.create(
        number=1,
        starts_on=starts_on,
        ends_on=term(starts_on),
        **asdict(cruise(references_on(starts_on))),
    )
    convention.partners.set(Partner.objects.active_on(max(today, starts_on)))
    figures_changed(convention, at=at)
    audit.record("partnership.prepared", target=convention, by=by, at=at, number=1)
    return convention


def _take_turn() -> None:
    """One preparation at a time: numbers follow one another."""
    list(PartnershipConvention.objects.select_for_update().order_by("pk").values_list("pk"))


@transaction.atomic
def renew_partnership(
    *,
    convention_id: int,
    starts_on: date,
    kept: Iterable[int],
    pledged: Iterable[int],
    by: Person,
    at: datetime,
) -> PartnershipConvention:
    """Renouveler : objectives, partners still there, pledges of the last year proposed again (R7).

    The draft that renews it already is kept.

    `kept` are the partners carried over, `pledged` those whose pledges of the last year are
    written for the years to come where they have said nothing yet.

    :raises ActionDenied: it is not signed, or its renewal is frozen already.
    :raises InvalidInput: the renewal would begin before the term, or over a year after.
    """
    _take_turn()
    before = locked(convention_id)
    draft = before.renewals.filter(status=AgreementStatus.DRAFT).first()
    if draft is not None:
        return draft
    permissions.renew(before, timezone.localdate(at))
    if starts_on <= before.ends_on:
        raise InvalidInput(
            "Le renouvellement commence après le terme de la convention.", field="starts_on"
        )
    check_three_years(starts_on, on=timezone.localdate(at), after=latest_end(before))
    last = PartnershipConvention.objects.live().aggregate(last=Max("number"))["last"]
    staying = Partner.objects.active_on(timezone.localdate(at)).filter(pk__in=kept)
    after = PartnershipConvention.objects.create(
        number=last + 1,
        starts_on=starts_on,
        ends_on=term(starts_on),
        renews=before,
        **_carried_over(before, staying),
    )
    after.partners.set(staying)
    _propose_pledges(
        staying.filter(pk__in=pledged),
        last=before.ends_on.year,
        years=years_of(starts_on),
        by=by,
        at=at,
    )
    figures_changed(after, at=at)
    audit.record(
        "partnership.renewed", target=after, by=by, at=at, number=after.number, renews=before.pk
    )
    return after


def _carried_over(before: PartnershipConvention, staying: QuerySet[Partner]) -> dict[str, Any]:
    """The words of a renewal; nobody chairs it yet when who did does not stay."""
    words = {name: getattr(before, name) for name in CARRIED_OVER}
    if before.chair_id and not staying.filter(pk=before.chair_id).exists():
        words |= {"chair": None, "chaired_by": ""}
    return words


def _propose_pledges(
    staying: Iterable[Partner], *, last: int, years: tuple[int, ...], by: Person, at: datetime
) -> None:
    """What each promised for the last year that they speak of, where nothing is said.

    Nothing for the years after one leaves.
    """
    ids = [partner.pk for partner in staying]
    said = set(
        Pledge.objects.filter(partner__in=ids, year__in=years).values_list("partner_id", "year")
    )
    known = Pledge.objects.filter(partner__in=ids, year__lte=last).select_related("partner")
    year_of_last = dict(known.order_by().values_list("partner_id").annotate(Max("year")))
    for pledge in known.exclude(amount=0).order_by("pk"):
        if pledge.year != year_of_last[pledge.partner_id]:
            continue
        for year in years:
            stays = partner_permissions.pledge.allows(pledge.partner, year)
            if (pledge.partner_id, year) in said or not stays:
                continue
            partners.save_pledge(
                partner_id=pledge.partner_id,
                year=year,
                nature=pledge.nature,
                amount=pledge.amount,
                days=pledge.days,
                daily_rate=pledge.daily_rate,
                what=pledge.what,
                by=by,
                at=at,
            )


@transaction.atomic
def save_section(
    *,
    convention_id: int,
    values: Mapping[str, Any],
    partner_ids: Iterable[int] | None = None,
    mark: str = "",
    by: Person,
    at: datetime,
) -> PartnershipConvention:
    """Keep what one page of a draft says; the term follows the beginning (R59).

    `mark` is that of what the page showed.

    :raises ActionDenied: the text is frozen.
    :raises InvalidInput: a character does not print; it would be over already, or begin in over a
        year.
    :raises WrittenMeanwhile: somebody else saved the page since it was opened.
    """
    convention = locked(convention_id)
    permissions.edit(convention)
    said = {name: _printed(name, values[name]) for name in FIELDS if name in values}
    stored: dict[str, Any] = {name: getattr(convention, name) for name in said}
    if partner_ids is not None:
        said["partners"] = sorted(partner_ids)
        stored["partners"] = partner_ids_of(convention)
    check_mark(mark, stored=stored, sent=said)
    for name in stored.keys() - {"partners"}:
        setattr(convention, name, said[name])
    if "starts_on" in values:
        after = latest_end(convention.renews) if convention.renews else None
        check_three_years(convention.starts_on, on=timezone.localdate(at), after=after)
    convention.ends_on = term(convention.starts_on)
    convention.save()
    if partner_ids is not None:
        convention.partners.set(Partner.objects.filter(pk__in=said["partners"]))
    figures_changed(convention, at=at)
    audit.record(
        "partnership.saved", target=convention, by=by, at=at, fields=sorted(map(str, values))
    )
    return convention


def _printed(name: str, value: Any) -> Any:
    return printable(value, field=name) if isinstance(value, str) else value


@transaction.atomic
def freeze_partnership(*, convention_id: int, by: Person, at: datetime) -> PartnershipConvention:
    """Geler : the text and its annexes no longer change, their PDFs are made (signature.md 6.3).

    The same person asking twice does it once.

    :raises ActionDenied: something is missing, a variable of its texts included, or it is no draft
        any more.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.FROZEN and convention.frozen_by_id == by.pk:
        return convention
    today = timezone.localdate(at)
    permissions.freeze(convention, today)
    convention.snapshot = documents.partnership_snapshot(convention, on=today)
    check_texts(convention.snapshot["partnership"], convention.snapshot["operator"])
    freeze_now(convention, by=by, at=at)
    enqueue(
        "conventions.render_partnership",
        key=f"{convention.pk}:{at.isoformat()}",
        convention_id=convention.pk,
        by_id=by.pk,
    )
    audit.record("partnership.frozen", target=convention, by=by, at=at, number=convention.number)
    return convention


@transaction.atomic
def reopen_partnership(*, convention_id: int, by: Person, at: datetime) -> PartnershipConvention:
    """Rouvrir le texte : a frozen convention is a draft again, to be corrected.

    :raises ActionDenied: somebody may still sign it, or it is signed or cancelled.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.DRAFT:
        return convention
    permissions.reopen(convention)
    reopen_now(convention, by=by, at=at)
    audit.record("partnership.reopened", target=convention, by=by, at=at, number=convention.number)
    return convention


@transaction.atomic
def launch_partnership(
    *,
    convention_id: int,
    expires_on: date,
    paper: Collection[int] = (),
    orders: Mapping[int, int] | None = None,
    message: str = "",
    by: Person,
    at: datetime,
) -> PartnershipConvention:
    """Lancer la signature of the convention and of its annex 3, sealed together (R59).

    `paper` are the ranks of the signers who sign on paper, from 0. The chair of the steering
    committee signs last (signature.md 6.2), unless `orders`, by rank, says who signs after whom.

    :raises ActionDenied: its documents are not made, or it is being signed.
    :raises InvalidInput: somebody cannot sign, with the list of them, or would after its term.
    """
    convention = locked(convention_id)
    today = timezone.localdate(at)
    permissions.launch(convention, today)
    check_in_time(convention, expires_on)
    give_up_circuits(convention, reason=STARTED_AGAIN, by=by, at=at)
    lines = lines_on(convention, on=today)
    signers = signer_facts(lines, paper, orders)
    both = [
        facts
        for facts, line in zip(signers, lines, strict=True)
        if line["signs_operator_convention"]
    ]
    words = cast(dict[str, Any], convention.snapshot)
    launch = partial(
        signatures.launch,
        summary=documents.summary_of(convention),
        expires_on=expires_on,
        effect=EFFECT,
        message=message,
        by=by,
        at=at,
    )
    convention.circuit = launch(
        document=kept(convention.document),
        title=TITLE,
        signers=signers,
        text=text_of(words["partnership"]),
    )
    convention.operator_circuit = launch(
        document=kept(convention.operator_document),
        title=OPERATOR_TITLE,
        signers=both,
        text=text_of(words["operator"]),
        bound_to=[convention.circuit],
    )
    convention.status = AgreementStatus.SIGNING
    convention.save(update_fields=["status", "circuit", "operator_circuit"])
    audit.record(
        "partnership.launched", target=convention, by=by, at=at, circuit=convention.circuit.pk
    )
    return convention


@transaction.atomic
def conclude_partnership(*, convention_id: int, by: Person, at: datetime) -> PartnershipConvention:
    """Both texts are signed by all and sealed: the convention engages; twice is once (R52, R59).

    It makes good the signatures that were set aside before it took effect.

    :raises ActionDenied: somebody has not signed one of them.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.SIGNED:
        return convention
    permissions.conclude(convention)
    make_good(convention, by=by, at=at)
    sign_now(convention)
    tell_founding(by=by, at=at)
    figures_changed(convention, at=at)
    audit.record(
        "partnership.signed",
        target=convention,
        by=by,
        at=at,
        on=convention.signed_on.isoformat() if convention.signed_on else "",
    )
    return convention


@transaction.atomic
def cancel_partnership(*, convention_id: int, by: Person, at: datetime) -> PartnershipConvention:
    """Give up a convention that is not signed; another one may be prepared under its number.

    The same person asking twice does it once.

    :raises ActionDenied: it is signed, or cancelled by somebody else.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.CANCELLED and convention.cancelled_by_id == by.pk:
        return convention
    permissions.cancel(convention)
    cancel_now(convention, by=by, at=at)
    audit.record("partnership.cancelled", target=convention, by=by, at=at)
    return convention
