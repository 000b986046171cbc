"""Founds a demo basin: its partners, their people, its fund, its conventions."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from alize.common.dates import add_working_days
from alize.demo.story.people import FUNCTIONS, Cast
from alize.demo.story.scene import DAY_RATE, PUBLISHED_ON, THOUSAND
from alize.demo.story.territories import Territory
from basins.queries.references import references_on
from committees.enums import SeatKind
from committees.models import Seat
from conventions.documents.agreements import partnership_snapshot
from conventions.enums import AgreementStatus
from conventions.models import PartnershipConvention
from conventions.rules.partnership import cruise
from partners.enums import MandateKind, PartnerKind, PledgeNature, SkillDomain
from partners.models import Contact, Group, Mandate, Partner, Pledge, SkillOffer
from steering.enums import SteeringStatus
from steering.models import SteeringMeeting

YEARLY_PLEDGES = {
    PartnerKind.COMPANY: (9, 0),
    PartnerKind.ASSOCIATE: (30, 0),
    PartnerKind.AUTHORITY: (0, 6),
    PartnerKind.STATE: (0, 20),
}
"""Days, and thousands of euros, a partner promises a year: about the profile of R72."""
SKILLS = (
    (SkillDomain.PRODUCTION, "Réduire les rebuts et les arrêts d'un atelier"),
    (SkillDomain.FINANCE, "Mettre en place un contrôle de gestion"),
    (SkillDomain.PEOPLE, "Recruter et intégrer"),
    (SkillDomain.SALES, "Préparer une offre à l'export"),
    (SkillDomain.SAFETY, "Évaluer les risques professionnels"),
    (SkillDomain.DIGITAL, "Choisir un progiciel de gestion"),
    (SkillDomain.PURCHASING, "Négocier ses achats d'énergie"),
)


def write_partners(territory: Territory, people: Cast, *, until: date) -> dict[str, Partner]:
    """Groups, partners, contacts, pledges and seats."""
    since = date(territory.first_year, 1, 2)
    names = sorted({seed.group for seed in territory.partners if seed.group})
    groups = {name: Group.objects.create(name=name) for name in names}
    partners = {}
    for seed in territory.partners:
        partner = Partner.objects.create(
            name=seed.name,
            short_name=seed.short_name,
            kind=seed.kind,
            group=groups.get(seed.group),
            town=territory.towns[0][1],
            joined_on=since,
        )
        partners[seed.name] = partner
        contact = Contact.objects.create(
            partner=partner,
            person=people.by_partner[seed.name],
            function=FUNCTIONS[PartnerKind(seed.kind)],
            signs=True,
        )
        Mandate.objects.create(contact=contact, kind=MandateKind.STATUTORY, starts_on=since)
        _write_skills(partner, rank=len(partners))
        if seed.seated:
            Seat.objects.create(
                partner=partner,
                kind=SeatKind.CONSULTATIVE
                if seed.name == territory.operator
                else SeatKind.DELIBERATIVE,
                holder=people.by_partner[seed.name],
                starts_on=since,
            )
    for year in range(territory.first_year, until.year + 1):
        _write_pledges(partners.values(), year)
    return partners


def _write_skills(partner: Partner, *, rank: int) -> None:
    """One skill a company, in turn, so that the catalogue has several shelves."""
    if partner.kind != PartnerKind.COMPANY:
        return
    domain, title = SKILLS[rank % len(SKILLS)]
    SkillOffer.objects.create(partner=partner, domain=domain, title=title, days_a_year=5)


def _write_pledges(partners: Iterable[Partner], year: int) -> None:
    """What each kind of partner promises for the year: about the profile of R72."""
    Pledge.objects.bulk_create(
        Pledge(
            partner=partner,
            year=year,
            nature=PledgeNature.SKILLS if days else PledgeNature.MONEY,
            days=days,
            daily_rate=DAY_RATE if days else None,
            amount=days * DAY_RATE + thousands * THOUSAND,
        )
        for partner in partners
        for days, thousands in [YEARLY_PLEDGES.get(PartnerKind(partner.kind), (0, 0))]
        if days or thousands
    )


def _words(territory: Territory, partners: dict[str, Partner]) -> dict[str, Any]:
    """What a convention of the demo says, beside its partners and its dates."""
    state = [one for one in partners.values() if one.kind == PartnerKind.STATE]
    return {
        "territory": f"tout le département de la {territory.name}",
        "specific_objectives": "Accompagner les entreprises des vallées de montagne\n"
        "Élargir le cercle des entreprises partenaires",
        "insertion": "Les offres nées des projets sont signalées aux structures d'insertion par "
        "l'activité économique du bassin.",
        "distant_jobseekers": "Un emploi créé sur dix est proposé à une personne sans emploi "
        "depuis plus d'un an.",
        "alternation": "Les entreprises partenaires partagent leurs alternants avec les "
        "bénéficiaires.",
        "employment_service": "Les besoins de recrutement sont transmis à France Travail dès "
        "l'agrément.",
        "schemes": "Prêts d'honneur de la plateforme d'initiative locale\nAides régionales à "
        "l'investissement",
        "chair": state[0] if state else None,
        "chaired_by": f"le préfet de la {territory.name} ou son représentant",
        "local_engineering": 4_000_000,
    }


def _periods(territory: Territory, *, until: date) -> Iterator[tuple[date, date]]:
    """When each convention began, and its term.

    Where one was published, the next was prolonged by as many years as the last one takes to reach
    its term at the end of this year: a convention is always about to expire.
    """
    year = territory.first_year
    while year <= until.year:
        last = year + 2
        if _is_published(territory, date(year - 3, 1, 1)):
            last += (until.year - last) % 3
        yield date(year, 1, 1), date(last, 12, 31)
        year = last + 1


def _is_published(territory: Territory, starts_on: date) -> bool:
    """Whether a convention is the one that the article speaks of (R84)."""
    return bool(territory.jobs_created) and starts_on.year == PUBLISHED_ON.year


def write_conventions(
    territory: Territory, partners: dict[str, Partner], *, until: date, keeps_words: bool = False
) -> None:
    """The triennial conventions and the yearly steering committees, numbered from the origin.

    `keeps_words`, the last one says those of the day of its signature, without insertion.
    """
    before = None
    periods = list(_periods(territory, until=until))
    for number, (starts_on, ends_on) in enumerate(periods, 1):
        published = _is_published(territory, starts_on)
        convention = PartnershipConvention.objects.create(
            number=number,
            starts_on=starts_on,
            ends_on=ends_on,
            renews=before,
            signed_at_place=f"Préfecture, {territory.towns[0][1]}",
            **asdict(cruise(references_on(starts_on))) | _words(territory, partners),
        )
        convention.partners.set(partners.values())
        convention.status = AgreementStatus.SIGNED
        convention.signed_on = (
            PUBLISHED_ON if published else min(starts_on + timedelta(days=15), until)
        )
        if keeps_words and number == len(periods):
            convention.insertion = ""
            convention.snapshot = partnership_snapshot(convention, on=convention.signed_on)
        convention.save()
        before = convention
    days = (
        add_working_days(date(year, PUBLISHED_ON.month, PUBLISHED_ON.day - 1), 1)
        for year in range(territory.first_steering_year, until.year + 1)
    )
    SteeringMeeting.objects.bulk_create(
        SteeringMeeting(
            number=number,
            status=SteeringStatus.HELD,
            held_on=day,
            place=f"Préfecture, {territory.towns[0][1]}",
            chaired_by="Préfet ou son représentant",
        )
        for number, day in enumerate(days, 1)
        if day < until
    )
