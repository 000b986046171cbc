"""The words of the national pages."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from alize.common import maps
from alize.common.dates import long_datetime, short_date
from alize.common.money import format_share, format_whole_euros
from alize.common.screen import Badge, Figure
from alize.common.words import counted, listed
from alize.outbox.queries import Stuck
from basins.references import References
from network.queries import BasinLine, Network
from network.rules import CONVENTION_MONTHS, STALE, Concern, Reason, pressing
from steering import lines

REASONS = {
    Reason.CONTESTED: Badge("Signature contestée", "late"),
    Reason.NO_OPERATOR: Badge("Sans opérateur", "late"),
    Reason.EXPIRED: Badge("Convention échue", "late"),
    Reason.ARREARS: Badge("Impayés", "late"),
    Reason.FOLLOW_UP: Badge("Suivi en retard", "attention"),
    Reason.NO_MEETING: Badge("Sans séance", "attention"),
    Reason.FEW_COMPANIES: Badge("Trop peu d'entreprises", "attention"),
    Reason.CONVENTION: Badge("Convention bientôt échue", "attention"),
    Reason.STALE: Badge("Chiffres anciens", "quiet"),
}

ACTIVE, ASLEEP = "ACTIVE", "ASLEEP"
"""What the list of basins may be kept to."""


@dataclass(frozen=True)
class Alert:
    """One line of « Demande attention »."""

    basin: str
    url: str
    behind: str
    """The list of the basins that share this reason."""
    badge: Badge
    text: str
    since: str


def _list_url(**query: str | int) -> str:
    return f"{reverse('national_basins')}?{urlencode(query)}"


def _sentence(concern: Concern, *, arrears: int) -> tuple[str, str]:
    """What is wrong, and since when."""
    since = f"depuis le {short_date(concern.since)}" if concern.since else ""
    many = "s" if concern.count > 1 else ""
    match concern.reason:
        case Reason.CONTESTED:
            found = counted(concern.count, "signature contestée", "signatures contestées")
            return f"{found} : la suite est à donner par ASTREES", since
        case Reason.NO_OPERATOR:
            return "Aucun opérateur en fonction : ASTREES en invite un", since
        case Reason.EXPIRED:
            return "La convention triennale est arrivée à son terme", since
        case Reason.ARREARS:
            return (
                f"{format_whole_euros(arrears)} d'impayés sur {concern.count} avance{many}",
                since,
            )
        case Reason.FOLLOW_UP:
            return f"{concern.count} point{many} de suivi en retard", since
        case Reason.NO_MEETING:
            return "Aucune séance tenue", since
        case Reason.FEW_COMPANIES:
            found = concern.count or "aucune"
            return f"Quatre entreprises partenaires au moins sont attendues : {found} à ce jour", ""
        case Reason.CONVENTION:
            return "La convention triennale se termine", f"le {short_date(concern.until)}"
        case _:
            return "Les chiffres n'ont pas bougé", since


def alerts(network: Network, *, at_most: int) -> list[Alert]:
    """The most pressing concerns of the basins, so many of them."""
    by_name = {line.basin.name: line for line in network.lines}
    found = [(line.basin.name, concern) for line in network.lines for concern in line.concerns]
    shown = pressing(found)[:at_most]
    return [_alert(by_name[name], concern, network.year) for name, concern in shown]


def stale_note(network: Network) -> str:
    """Which basins the ratios of the network leave out, and why (journeys.md A2)."""
    names = [line.basin.name for line in network.lines if line.is_stale]
    if not names:
        return ""
    return (
        f"Les taux du réseau laissent de côté {listed(names)} : chiffres de plus de "
        f"{STALE.days} jours."
    )


def stuck(works: list[Stuck], network: Network) -> list[str]:
    """The sentences of « Travaux qui n'aboutissent pas », one a basin."""
    names = {line.basin.schema_name: f"Bassin {line.basin.name}" for line in network.lines}
    return [
        f"{names.get(one.schema, 'Réseau')} : {counted(one.count, 'travail', 'travaux')}, "
        f"depuis le {long_datetime(one.since)}"
        for one in works
    ]


def _alert(line: BasinLine, concern: Concern, year: int) -> Alert:
    text, since = _sentence(concern, arrears=line.state.arrears)
    return Alert(
        basin=line.basin.name,
        url=line.url,
        behind=_list_url(annee=year, motif=concern.reason),
        badge=REASONS[concern.reason],
        text=text,
        since=since,
    )


def figures(network: Network, references: References) -> list[Figure]:
    """The six figures of the tower, each leading to the list behind it."""
    totals, year, losses = network.totals, network.year, references.losses
    count = len(network.lines)
    as_of = short_date(network.as_of) if network.as_of else ""
    asleep = sum(line.is_asleep for line in network.lines)
    ending = sum(
        any(c.reason in (Reason.CONVENTION, Reason.EXPIRED) for c in line.concerns)
        for line in network.lines
    )
    return [
        Figure(
            "Bassins actifs",
            str(count - asleep),
            reference=f"sur {count} installés, {len(network.coming)} en création",
            as_of=as_of,
            trend=f"{asleep} sans séance depuis six mois" if asleep else "",
            url=_list_url(annee=year, etat=ACTIVE),
        ),
        Figure(
            "Dossiers agréés",
            lines.count(totals.year.projects_approved),
            reference=f"repère {references.approved * count} par an",
            as_of=as_of,
            trend=f"{lines.count(totals.before.projects_approved)} en {year - 1}",
            url=_list_url(annee=year, sort="-approved"),
        ),
        Figure(
            "Emplois prévus / constatés",
            f"{lines.tenths(totals.year.jobs_planned_tenths)} / "
            f"{lines.tenths(totals.year.jobs_created_tenths)}",
            unit="ETP",
            reference=f"repère {references.jobs_a_year * count} prévus par an",
            as_of=as_of,
            trend=f"{lines.tenths(totals.before.jobs_planned_tenths)} / "
            f"{lines.tenths(totals.before.jobs_created_tenths)} en {year - 1}",
            url=_list_url(annee=year, sort="-planned"),
        ),
        Figure(
            "Jours contractualisés / réalisés",
            f"{lines.tenths(totals.year.days_contracted_tenths)} / "
            f"{lines.tenths(totals.year.days_done_tenths)}",
            unit="j",
            as_of=as_of,
            trend=f"{lines.tenths(totals.before.days_contracted_tenths)} / "
            f"{lines.tenths(totals.before.days_done_tenths)} en {year - 1}",
            url=_list_url(annee=year, sort="-days"),
        ),
        Figure(
            "Encours des avances",
            format_whole_euros(totals.outstanding),
            reference=f"sinistralité {lines.permille(totals.loss.permille)} des sommes prêtées"
            + (f", repère {format_share(losses)}" if losses is not None else ""),
            as_of=as_of,
            trend=f"{format_whole_euros(totals.arrears)} d'impayés" if totals.arrears else "",
            url=_list_url(annee=year, sort="-outstanding"),
            badge=REASONS[Reason.ARREARS] if totals.arrears else None,
        ),
        Figure(
            "Conventions à renouveler",
            str(ending),
            reference=f"échues ou à moins de {CONVENTION_MONTHS} mois du terme",
            as_of=as_of,
            url=_list_url(annee=year, motif="CONVENTION"),
        ),
    ]


def france(network: Network) -> maps.FranceMap:
    """The map of the basins; a department may hold several."""
    places: dict[str, list[maps.Place]] = defaultdict(list)
    for line in network.lines:
        for code in line.basin.departments:
            state: maps.State = "asleep" if line.is_asleep else "active"
            places[code].append(maps.Place(line.basin.name, state))
    for basin in network.coming:
        for code in basin.departments:
            places[code].append(maps.Place(basin.name, "coming"))
    return maps.france(places, title="Les bassins du réseau")
