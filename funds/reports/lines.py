"""The figures of a report to funders, in the order of its tables."""

from decimal import Decimal

from alize.common.money import format_euros, format_number, format_share
from funds.queries.reports import FunderFigures, FunderFlows
from projects.follow_up.rules import CARRIED_MONTHS

HEADS = ("Apporté", "Prêté", "Remboursé", "Perdu", "Repris", "Encore prêté", "Vaut encore")
RATE_HEAD = "Sinistralité"


def year_cells(flows: FunderFlows) -> list[int]:
    """What moved in the year, in cents."""
    return [
        one.year for one in (flows.paid_in, flows.lent, flows.repaid, flows.lost, flows.returned)
    ]


def total_cells(flows: FunderFlows) -> list[int]:
    """What moved since the origin and what is left of it, in cents."""
    moved = (flows.paid_in, flows.lent, flows.repaid, flows.lost, flows.returned)
    return [*(one.total for one in moved), flows.out, flows.left]


def state_lines(figures: FunderFigures) -> list[tuple[str, int]]:
    """The position of the whole fund on the day of the report, in cents."""
    lines = [
        ("Trésorerie du compte des avances", figures.cash),
        ("Encours des avances", figures.outstanding),
        ("Dont échéances en retard", figures.arrears),
        ("Provision proposée", figures.provision),
    ]
    extras = [
        ("Ce que le fonctionnement doit rendre", figures.to_give_back),
        ("Trop-perçus à rendre aux entreprises", figures.overpaid),
        ("Trop-perçus rendus, puis repris par la banque", figures.owed_back),
        ("Trop-perçus gardés par le fonds", figures.kept),
        ("Mouvements à identifier", figures.unidentified),
    ]
    return lines + [(label, cents) for label, cents in extras if cents]


def risk_lines(figures: FunderFigures) -> list[tuple[str, str]]:
    """The advances and their risk, in words."""
    return [
        ("Avances versées depuis l'origine", format_number(figures.advances)),
        ("Dont versées dans l'année", format_number(figures.advances_of_year)),
        ("Avances soldées", format_number(figures.settled)),
        ("Avances en retard", format_number(figures.late)),
        ("Portefeuille à risque, plus de 30 jours", per_cent(figures.par30)),
        ("Le même, avances rééchelonnées comprises", per_cent(figures.par30_with_restructured)),
        ("Portefeuille à risque, plus de 90 jours", per_cent(figures.par90)),
        (
            f"Emplois créés, constatés il y a {CARRIED_MONTHS} mois au plus ou à la clôture",
            _jobs(figures),
        ),
    ]


def per_cent(share: Decimal | None) -> str:
    """« 12,5 % »; a dash for a share of nothing."""
    return "–" if share is None else format_share(int(share * 100))


def _jobs(figures: FunderFigures) -> str:
    if not figures.jobs_seen:
        return "Non renseigné"
    plural = "s" if figures.jobs_seen > 1 else ""
    return f"{format_number(figures.jobs)} ETP dans {figures.jobs_seen} entreprise{plural}"


def changes(then: FunderFigures, now: FunderFigures) -> list[tuple[str, str, str]]:
    """What would be said of the same day with what is known now, where it differs."""
    before, after = _compared(then), _compared(now)
    return [
        (label, before[label], after[label]) for label in before if before[label] != after[label]
    ]


def _compared(figures: FunderFigures) -> dict[str, str]:
    totals = zip(HEADS, total_cells(figures.whole), strict=True)
    amounts = [*totals, *state_lines(figures)]
    said = {label: format_euros(cents) for label, cents in amounts}
    said[RATE_HEAD] = per_cent(figures.whole.loss_rate)
    return said | dict(risk_lines(figures))
