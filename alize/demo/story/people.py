"""Who sits for each partner of a demo basin: the demo people where they belong, invented others."""

from dataclasses import dataclass, field
from random import Random

from alize.accounts.models import Person
from alize.demo.people import PEOPLE, SINCE, user_of
from alize.demo.story.territories import PartnerSeed, Territory
from alize.demo.story.vocabulary import FIRST_NAMES, LAST_NAMES
from basins.enums import Role
from basins.models import Basin, Membership
from basins.operations import introduce
from basins.tenancy import national
from partners.enums import PartnerKind

FUNCTIONS = {
    PartnerKind.COMPANY: "Responsable du site",
    PartnerKind.AUTHORITY: "Responsable du développement économique",
    PartnerKind.ASSOCIATE: "Responsable du développement",
    PartnerKind.STATE: "Responsable de l'action économique",
    PartnerKind.NETWORK: "Responsable de la coordination",
}
_PLAIN = str.maketrans("àâçéèêëîïôöùûüÉ' ", "aaceeeeiioouuue--")


@dataclass
class Cast:
    """The people of a basin's story."""

    operator: Person
    by_partner: dict[str, Person] = field(default_factory=dict)
    by_key: dict[str, Person] = field(default_factory=dict)
    president: Person | None = None
    president_partner: str = ""

    @property
    def second(self) -> Person:
        """Who decides on bank details: neither who proposed them nor who releases payments."""
        others = {self.operator.pk, self.president.pk if self.president else None}
        return next(one for one in self.by_partner.values() if one.pk not in others)


def cast(territory: Territory) -> Cast:
    """Choose who holds which place; the demo people's organisations are partners' names."""
    random = Random(f"people {territory.slug}")  # noqa: S311 - a story, not a secret
    with national():
        demo = {person.key: user_of(person) for person in PEOPLE}
        ours = [person for person in PEOPLE if person.basin == territory.slug]
        operator = next(demo[person.key] for person in ours if person.role == "OPERATOR")
        played = Cast(
            operator=Person.objects.get(pk=operator.pk),
            by_key={p.key: Person.objects.get(pk=demo[p.key].pk) for p in ours},
        )
        for seed in territory.partners:
            known = next(
                (
                    demo[person.key]
                    for person in ours
                    if person.organisation in {seed.name, seed.short_name}
                ),
                None,
            )
            played.by_partner[seed.name] = (
                Person.objects.get(pk=known.pk) if known else _invented(seed, territory, random)
            )
        chair = next((person for person in ours if person.role == "PRESIDENT"), None)
        played.president_partner = (
            next(
                seed.name
                for seed in territory.partners
                if chair.organisation in {seed.name, seed.short_name}
            )
            if chair
            else next(seed.name for seed in territory.partners if seed.seated)
        )
        played.president = played.by_partner[played.president_partner]
        _seat(territory, played)
    return played


def _seat(territory: Territory, played: Cast) -> None:
    """Let whoever votes for a partner into the committee; the basin knows the others too."""
    basin = Basin.objects.get(slug=territory.slug)
    introduce(people=played.by_partner.values(), basin=basin)
    for seed in territory.partners:
        person = played.by_partner[seed.name]
        votes = seed.seated and seed.name != territory.operator
        if votes and person != played.president:
            Membership.objects.get_or_create(
                person=person, basin=basin, role=Role.MEMBER, defaults={"starts_on": SINCE}
            )


def _invented(seed: PartnerSeed, territory: Territory, random: Random) -> Person:
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    word = seed.name.split(" ")[0].lower().translate(_PLAIN).strip("-")
    local = f"{first}.{last}".lower().translate(_PLAIN)
    person, _ = Person.objects.get_or_create(
        email=f"{local}@{word}-{territory.slug}.example",
        defaults={"first_name": first, "last_name": last},
    )
    return person
