"""What the fund has on the home page: payments to prepare and to release, late repayments."""

from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import format_euros
from alize.common.screen import Badge, Todo, Waiting
from alize.common.words import of
from basins.access import allows
from basins.homes import HomeParts, Visitor, room
from funds import queries
from funds.enums import AdvanceStatus, PaymentOrderStatus, ReversalStatus
from funds.models import Advance, Authorization, PaymentOrder, Reversal
from funds.queries.confirmations import disputed_answers, waiting_by_year
from funds.queries.numbers import waiting_numbers
from funds.queries.reminders import DueReminder, reminders_due
from funds.queries.transfers import waiting_payees
from funds.queries.visible import advances_visible_to, companies_left
from funds.reminders.screen import waiting_words
from funds.rules import Position
from funds.screen import authorization_label, authorization_page, entry_url, fund_figures

PATIENCE = timedelta(days=7)
"""A payment is expected within a week of the signature."""


@room
def fund_room(visitor: Visitor) -> HomeParts:
    """The lines of the fund for the roles of the visitor."""
    parts = HomeParts()
    prepares = allows(visitor.roles, "payment.prepare")
    releases = allows(visitor.roles, "payment.release")
    if not allows(visitor.roles, "fund.read"):
        return parts
    visible = advances_visible_to(visitor)
    granted = Advance.objects.filter(granted_on__lte=visitor.on)
    seen = Exists(visible.filter(pk=OuterRef("pk")))
    advances = list(granted.select_related("project__beneficiary").annotate(is_seen=seen))
    # The figures are of the whole fund; the acts, of what this person may open.
    mine = [one for one in advances if one.is_seen]
    books = queries.books_of(advances)
    standings = queries.standings_in(books, on=visitor.on)
    if prepares or releases:
        ordered = _orders(parts, visible, releases=releases)
        _payees(parts, visitor)
        _numbers(parts, decides=allows(visitor.roles, "bank_number.decide"))
        _reversals(parts, visible, decides=allows(visitor.roles, "reversal.decide"))
        _authorizations(parts, visible, decides=allows(visitor.roles, "authorization.decide"))
        _late(parts, visitor, mine, standings)
        if prepares:
            signed = [one for one in mine if one.status == AdvanceStatus.CONTRACTED]
            untouched = [one for one in signed if not books[one.pk].lent]
            _to_pay(parts, visitor, [one for one in untouched if one.pk not in ordered])
    if allows(visitor.roles, "reminder.send"):
        _reminders(parts, reminders_due(mine, books, standings, on=visitor.on), on=visitor.on)
    if allows(visitor.roles, "contribution.record"):
        _confirmations(parts)
    granted = queries.granted(advances, on=visitor.on)
    position = queries.position_of(granted, standings, on=visitor.on)
    outstanding = fund_figures(position, on=visitor.on)[1]
    parts.figures.append(replace(outstanding, url=basin_reverse("fund_home")))
    return parts


def _page(advance: Advance) -> str:
    return basin_reverse("advance_detail", reference=advance.reference)


def _orders(parts: HomeParts, visible: QuerySet[Advance], *, releases: bool) -> set[int]:
    """The payments that wait for their second signature; returns the ids of their advances."""
    waiting = PaymentOrder.objects.filter(
        status=PaymentOrderStatus.PREPARED, advance__in=visible.values("pk")
    )
    orders = waiting.select_related("advance__project__beneficiary").order_by("pay_on", "pk")
    for order in orders:
        company = order.advance.project.beneficiary.name
        label = f"Libérer le versement de {format_euros(order.amount)} à {company}"
        if releases:
            url = basin_reverse("payment_release", order_id=order.pk)
            todo = Todo(label, url, "Libérer", due=f"Versement le {short_date(order.pay_on)}")
            parts.todos.append((order.pay_on, todo))
        else:
            since = short_date(timezone.localdate(order.prepared_at))
            who = "le second signataire financier"
            parts.waiting.append(Waiting(label, _page(order.advance), who, f"depuis le {since}"))
    return {order.advance_id for order in orders}


def _payees(parts: HomeParts, visitor: Visitor) -> None:
    """The bank details that somebody proposed (SD4)."""
    decides = allows(visitor.roles, "payee.decide")
    left = companies_left(visitor.person, on=visitor.on)
    for payee in waiting_payees().exclude(beneficiary__in=left):
        label = f"Décider les coordonnées bancaires {of(payee.beneficiary.name)}"
        asked_on = timezone.localdate(payee.proposed_at)
        url = basin_reverse("payee_decide", payee_id=payee.pk)
        since = f"depuis le {short_date(asked_on)}"
        if decides:
            todo = Todo(label, url, "Décider", due=f"Proposées le {short_date(asked_on)}")
            parts.todos.append((asked_on, todo))
        else:
            who = "le second signataire financier"
            parts.waiting.append(Waiting(label, basin_reverse("sepa_list"), who, since))


def _numbers(parts: HomeParts, *, decides: bool) -> None:
    """The changes of bank that somebody proposed (T11)."""
    for number in waiting_numbers():
        label = f"Décider le changement de banque : {number.bank}"
        asked_on = timezone.localdate(number.proposed_at)
        if decides:
            url = basin_reverse("bank_number_decide", number_id=number.pk)
            todo = Todo(label, url, "Décider", due=f"Proposé le {short_date(asked_on)}")
            parts.todos.append((asked_on, todo))
        else:
            url = basin_reverse("bank_account", account_id=number.account_id)
            since = f"depuis le {short_date(asked_on)}"
            parts.waiting.append(Waiting(label, url, "le second signataire financier", since))


def _reversals(parts: HomeParts, visible: QuerySet[Advance], *, decides: bool) -> None:
    """The entries that somebody asked to undo (SD11)."""
    theirs = Q(entry__advance=None) | Q(entry__advance__in=visible.values("pk"))
    waiting = Reversal.objects.filter(theirs, status=ReversalStatus.PROPOSED)
    for reversal in waiting.select_related("entry__advance"):
        entry = reversal.entry
        label = f"Décider l'annulation d'une écriture : {entry.label}"
        asked_on = timezone.localdate(reversal.proposed_at)
        if decides:
            url = basin_reverse("reversal_approve", reversal_id=reversal.pk)
            todo = Todo(
                label,
                url,
                "Décider",
                context=format_euros(queries.amount_of(entry)),
                due=f"Demandée le {short_date(asked_on)}",
            )
            parts.todos.append((asked_on, todo))
        else:
            who = "le second signataire financier"
            since = f"depuis le {short_date(asked_on)}"
            parts.waiting.append(Waiting(label, entry_url(entry), who, since))


def _authorizations(parts: HomeParts, visible: QuerySet[Advance], *, decides: bool) -> None:
    """What somebody asked to give back, to give up or to reimburse (SD10)."""
    theirs = Q(advance=None) | Q(advance__in=visible.values("pk"))
    waiting = Authorization.objects.filter(theirs, status=ReversalStatus.PROPOSED)
    for asked in waiting.select_related("advance__project__beneficiary", "contribution"):
        label = authorization_label(asked)
        asked_on = timezone.localdate(asked.proposed_at)
        if decides:
            url = basin_reverse("authorization_approve", authorization_id=asked.pk)
            todo = Todo(
                label,
                url,
                "Décider",
                context=format_euros(asked.amount),
                due=f"Demandée le {short_date(asked_on)}",
            )
            parts.todos.append((asked_on, todo))
        else:
            who = "le second signataire financier"
            since = f"depuis le {short_date(asked_on)}"
            parts.waiting.append(Waiting(label, authorization_page(asked), who, since))


def _to_pay(parts: HomeParts, visitor: Visitor, ready: list[Advance]) -> None:
    """The signed conventions whose advance nobody has started to pay."""
    for advance in ready:
        company = advance.project.beneficiary.name
        signed_on = advance.contracted_on or visitor.on
        due = signed_on + PATIENCE
        parts.todos.append(
            (
                due,
                Todo(
                    f"Préparer le versement de l'avance {of(company)}",
                    basin_reverse("payment_prepare", reference=advance.reference),
                    "Préparer",
                    context=format_euros(advance.granted_amount),
                    due=f"Convention signée le {short_date(signed_on)}",
                    badge=Badge("En retard", "late") if due < visitor.on else None,
                ),
            )
        )


def _reminders(parts: HomeParts, due: list[DueReminder], *, on: date) -> None:
    """The notices and reminders of the day, sent together from one page."""
    if not due:
        return
    todo = Todo(
        "Envoyer les relances de remboursement",
        basin_reverse("reminder_list"),
        "Relancer",
        context=waiting_words(due),
    )
    parts.todos.append((on, todo))


def _late(
    parts: HomeParts,
    visitor: Visitor,
    advances: list[Advance],
    standings: dict[int, Position],
) -> None:
    for advance in advances:
        standing = standings[advance.pk]
        if not standing.arrears:
            continue
        parts.todos.append(
            (
                visitor.on - timedelta(days=standing.days_late),
                Todo(
                    f"Remboursement en retard : {advance.project.beneficiary.name}",
                    _page(advance),
                    "Voir l'avance",
                    context=f"{format_euros(standing.arrears)} attendus",
                    badge=Badge(
                        f"{standing.days_late} jour{'s' if standing.days_late > 1 else ''}", "late"
                    ),
                ),
            )
        )


def _confirmations(parts: HomeParts) -> None:
    """What partners say is wrong of their year, and how many have not answered."""
    disputed, waiting = disputed_answers(), waiting_by_year()
    for answer in disputed:
        asked = answer.request
        todo = Todo(
            f"Corriger les apports {asked.year} {of(asked.partner)}",
            basin_reverse("confirmation_detail", year=asked.year, partner_id=asked.partner_id),
            "Voir la réponse",
            context=f"Réponse {of(answer.name)}",
        )
        parts.todos.append((timezone.localdate(answer.answered_at) + PATIENCE, todo))
    for year, count, since in waiting:
        parts.waiting.append(
            Waiting(
                f"Confirmation des apports {year}",
                f"{basin_reverse('confirmation_list')}?year={year}",
                who=f"{count} partenaires" if count > 1 else "un partenaire",
                since=f"depuis le {short_date(timezone.localdate(since))}",
            )
        )
