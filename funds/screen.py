"""The figures of the fund, and the head of the page of an advance."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from alize.common import charts
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.money import format_euros
from alize.common.screen import Action, Badge, Definition, Figure, Link, ObjectHeader
from basins.access import allows
from basins.enums import Role
from funds import permissions, queries
from funds.enums import AdvanceStatus, AuthorizationKind, PaymentOrderStatus
from funds.models import Advance, Authorization, Entry, PaymentOrder
from funds.queries.transfers import stopped_payments
from funds.rules import Position


def fund_figures(fund: queries.FundPosition, *, on: date) -> list[Figure]:
    """Cash, outstanding, late and lost."""
    as_of = short_date(on)
    late = Badge(f"{fund.late_advances} en retard", "late") if fund.late_advances else None
    return [
        Figure(
            "Trésorerie du fonds",
            format_euros(fund.cash),
            reference=f"{format_euros(fund.contributed)} de dotations reçues",
            as_of=as_of,
            url=basin_reverse("contribution_list"),
        ),
        Figure("Encours", format_euros(fund.outstanding), as_of=as_of),
        Figure("Échéances en retard", format_euros(fund.late), as_of=as_of, badge=late),
        Figure(
            "Pertes nettes",
            format_euros(fund.lost),
            reference=f"sur {format_euros(fund.disbursed)} versés",
            as_of=as_of,
        ),
    ]


def entry_url(entry: Entry) -> str:
    """Where an entry is read: the page of its advance, or the journal."""
    if entry.advance is None:
        return basin_reverse("journal")
    return basin_reverse("advance_detail", reference=entry.advance.reference)


def authorization_page(authorization: Authorization) -> str:
    """Where a request to the second signatory is seen from."""
    if authorization.advance is not None:
        return basin_reverse("advance_detail", reference=authorization.advance.reference)
    is_restitution = authorization.kind == AuthorizationKind.RESTITUTION
    return basin_reverse("line_list" if is_restitution else "operating_account")


def authorization_label(authorization: Authorization) -> str:
    """« Passer en perte : Scierie du Val », in a list of things to do."""
    label = authorization.get_kind_display()
    if authorization.advance is not None:
        return f"{label} : {authorization.advance.project.beneficiary.name}"
    return f"{label} : {authorization.contribution}" if authorization.contribution else label


def ledger_figures(*, on: date, totals: tuple[int, int]) -> list[Figure]:
    """The two banks, what the operating account owes the advances, and the lines shown."""
    accounts = queries.balances(on=on)
    as_of = short_date(on)
    gap = queries.liaison_gap(accounts)
    debits, credits_ = totals
    return [
        Figure("Banque, compte des avances", format_euros(accounts["FUND_BANK"]), as_of=as_of),
        Figure("Banque, fonctionnement", format_euros(accounts["OPS_BANK"]), as_of=as_of),
        Figure(
            "Dû par le fonctionnement",
            format_euros(accounts["FUND_LIAISON"]),
            as_of=as_of,
            badge=Badge(f"Écart de {format_euros(gap)}", "late") if gap else None,
        ),
        Figure(
            "Débit des lignes",
            format_euros(debits),
            reference=f"Crédit {format_euros(credits_)}",
        ),
    ]


@dataclass(frozen=True)
class AdvanceScreen:
    """What the page of an advance shows around its tables."""

    header: ObjectHeader
    facts: list[Definition]
    curve: charts.Curve | None


def advance_screen(
    advance: Advance,
    book: queries.Book,
    standing: Position,
    *,
    on: date,
    roles: frozenset[Role],
) -> AdvanceScreen:
    """Gather the head, the facts and the picture of an advance on a day."""
    return AdvanceScreen(
        header=_header(advance, standing, roles, on=on),
        facts=[*_facts(advance, standing), *_mandate(advance, on=on)],
        curve=_curve(book, standing, on=on) if standing.disbursed else None,
    )


def _header(
    advance: Advance, standing: Position, roles: frozenset[Role], *, on: date
) -> ObjectHeader:
    waiting = advance.payment_orders.filter(status=PaymentOrderStatus.PREPARED).first()
    now, holder = _now(advance, standing, waiting)
    status = queries.status_badge(advance, standing, on=on)
    if why := standing.disbursed and stopped_payments(at=timezone.now()).get(advance.pk):
        now, holder = f"Le versement est arrêté avant la banque. {why}", "l'opérateur local"
        status = queries.STOPPED
    return ObjectHeader(
        name=advance.project.beneficiary.name,
        reference=f"Avance remboursable {advance.reference}",
        status=status,
        now=now,
        holder=holder,
        due=_due(standing),
        action=_action(advance, standing, waiting, roles),
        others=_others(advance, standing, waiting, roles),
    )


def _now(advance: Advance, standing: Position, waiting: PaymentOrder | None) -> tuple[str, str]:
    if advance.status == AdvanceStatus.CANCELLED:
        return "Cette avance est annulée.", ""
    if waiting is not None:
        return (
            f"Un versement de {format_euros(waiting.amount)} attend d'être libéré.",
            "le second signataire financier",
        )
    if advance.status == AdvanceStatus.GRANTED:
        return "Le versement s'ouvrira quand toutes les parties auront signé la convention.", ""
    if not standing.disbursed:
        return "La convention est signée : préparez le versement.", "l'opérateur local"
    if standing.arrears:
        days = f"{standing.days_late} jour{'s' if standing.days_late > 1 else ''}"
        return f"{format_euros(standing.arrears)} sont en retard, de {days}.", "l'entreprise"
    if left := standing.outstanding + standing.owed_back:
        return f"Il reste {format_euros(left)} à rembourser.", "l'entreprise"
    if standing.overpaid > 0 and not standing.is_given_up:
        amount = format_euros(standing.overpaid)
        return f"Un trop-perçu de {amount} est à rendre à l'entreprise.", "l'opérateur local"
    return "Cette avance n'attend plus rien.", ""


def _due(standing: Position) -> str:
    if standing.next_due is None:
        return ""
    due_on, amount = standing.next_due
    return f"Prochaine échéance : {format_euros(amount)} le {long_date(due_on)}"


def _page(name: str, advance: Advance) -> str:
    return basin_reverse(name, reference=advance.reference)


def _action(
    advance: Advance,
    standing: Position,
    waiting: PaymentOrder | None,
    roles: frozenset[Role],
) -> Action | None:
    if waiting is not None:
        url = basin_reverse("payment_release", order_id=waiting.pk)
        may = allows(roles, "payment.release")
        return Action("Libérer le versement", url, "shield-check") if may else None
    if allows(roles, "payment.prepare") and not standing.disbursed:
        if advance.status == AdvanceStatus.CANCELLED:
            return None
        conventions = basin_reverse("convention_list")
        to_sign = Link("Faire signer la convention par toutes les parties", conventions)
        return Action(
            "Préparer le versement",
            _page("payment_prepare", advance),
            "send",
            remaining=[to_sign] if advance.status == AdvanceStatus.GRANTED else [],
        )
    if allows(roles, "repayment.record") and standing.held:
        return Action(
            "Enregistrer un remboursement", _page("repayment_record", advance), "box-arrow-in-down"
        )
    return None


def _others(
    advance: Advance,
    standing: Position,
    waiting: PaymentOrder | None,
    roles: frozenset[Role],
) -> list[Action]:
    others = []
    is_lost = standing.written_off > standing.recovered
    if waiting is not None and allows(roles, "payment.prepare"):
        url = basin_reverse("payment_cancel", order_id=waiting.pk)
        others.append(Action("Annuler l'ordre de versement", url))
    elif (
        standing.disbursed
        and not is_lost
        and allows(roles, "payment.prepare")
        and permissions.prepare_payment.allows(advance)
        and queries.left_to_pay(advance)
    ):
        others.append(Action("Préparer un autre versement", _page("payment_prepare", advance)))
    if standing.held and allows(roles, "meeting.write"):
        others.append(Action("Saisir le comité", _page("advance_request", advance)))
    if allows(roles, "authorization.ask"):
        today = timezone.localdate()
        if standing.held:
            others.append(Action("Passer en perte", _page("write_off_propose", advance)))
            others.append(Action("Rééchelonner", _page("schedule_replace", advance)))
        if not is_lost and permissions.renounce.allows(advance, left=queries.left_to_pay(advance)):
            others.append(Action("Renoncer au solde à verser", _page("renounce_propose", advance)))
        # What a payment dated ahead takes of it is not given back.
        if standing.overpaid > 0 and not is_lost and queries.overpaid(advance, since=today):
            others.append(Action("Rendre le trop-perçu", _page("refund_propose", advance)))
            others.append(Action("Garder le trop-perçu", _page("overpayment_settle", advance)))
        if standing.owed_back:
            others.append(
                Action("Abandonner le trop-perçu rendu", _page("overpayment_settle", advance))
            )
    if is_lost and allows(roles, "repayment.record"):
        others.append(Action("Enregistrer une récupération", _page("recovery_record", advance)))
    is_paid_back = standing.disbursed and not standing.outstanding and not is_lost
    if is_paid_back and allows(roles, "repayment.record"):
        others.append(Action("Enregistrer un remboursement", _page("repayment_record", advance)))
    return others


def _facts(advance: Advance, standing: Position) -> list[Definition]:
    rows = [
        ("Accordé", advance.granted_amount),
        ("Versé", standing.disbursed),
        ("Remboursé", standing.repaid),
        ("Reste à rembourser", standing.outstanding),
        ("Dont en retard", standing.arrears),
    ]
    extras = [
        ("Arrêté avant la banque", standing.unsent),
        ("Solde auquel l'entreprise renonce", advance.renounced_amount),
        ("Trop-perçu", max(0, standing.overpaid)),
        ("Trop-perçu rendu, puis repris par la banque", standing.owed_back),
        ("Trop-perçu gardé par le fonds", max(0, standing.kept)),
        ("Trop-perçu rendu, puis abandonné", max(0, -standing.kept)),
        ("Passé en perte", standing.written_off),
        ("Récupéré", standing.recovered),
    ]
    rows += [(term, cents) for term, cents in extras if cents]
    project = advance.project
    return [
        Definition(
            "Dossier",
            project.reference,
            basin_reverse("project_detail", reference=project.reference),
        ),
        *(Definition(term, format_euros(cents), number=True) for term, cents in rows),
    ]


def _mandate(advance: Advance, *, on: date) -> list[Definition]:
    """What is told before the next debit, when the bank doubts its mandate."""
    doubt = queries.mandate_doubt(advance, on=on)
    if doubt is None:
        return []
    cause, day = doubt.reversal.get_cause_display(), short_date(doubt.value_on)
    said = f"À vérifier avant de prélever : {cause}, le {day}"
    return [Definition("Mandat de prélèvement", said)]


def _curve(book: queries.Book, standing: Position, *, on: date) -> charts.Curve:
    """What was owed day by day, then what the plan still asks for."""
    days = sorted({event.value_on for event in book.events if event.value_on <= on} | {on})
    points = [charts.Point(day, book.position(day).outstanding) for day in days]
    left = standing.outstanding
    for line in standing.unpaid_lines:
        left -= line.amount
        if line.due_on > on:
            points.append(charts.Point(line.due_on, left))
    return charts.curve(points, title="Reste à rembourser", as_of=on)
