"""The invented people of the demo: one for each role, and how to let them in."""

from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as current_counters
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person, User
from alize.accounts.operations import open_account
from basins.enums import MFA_ROLES, NATIONAL_ROLES, Role
from basins.models import Basin, Membership
from basins.rules import last_day

SINCE = date(2024, 1, 8)
"""The day from which everybody of the demo holds their role."""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who does not exist; `key` is the name of their button and of the story's parts."""

    key: str
    first_name: str
    last_name: str
    organisation: str
    domain: str
    role: Role
    to_try: str
    basin: str = "savoie"

    @property
    def office(self) -> str:
        """What they are, and where when it is in one basin."""
        where = f" ({self.place.capitalize()})" if self.place else ""
        return f"{self.role.label}{where}"

    @property
    def name(self) -> str:
        """First name then last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        """An address at a name that nobody owns (RFC 2606)."""
        local = f"{self.first_name}.{self.last_name}".lower().translate(_PLAIN)
        return f"{local}@{self.domain}.example"

    @property
    def place(self) -> str:
        """Where the role is held: the slug of a basin, or nothing for a national role."""
        return "" if self.role in NATIONAL_ROLES else self.basin

    @property
    def needs_second_factor(self) -> bool:
        """Whether the role asks for a code besides the sign-in (security.md 2.1)."""
        return self.role in MFA_ROLES


_PLAIN = str.maketrans("àâçéèêëîïôöùûü' ", "aaceeeeiioouuu--")

PEOPLE = (
    DemoPerson(
        "operateur",
        "Maëlle",
        "Corvisart",
        "CCI Savoie",
        "cci-savoie",
        Role.OPERATOR,
        "Montez un dossier, préparez la séance, suivez les avances.",
    ),
    DemoPerson(
        "presidente",
        "Hélène",
        "Tavernost",
        "Électrométal des Alpes",
        "electrometal",
        Role.PRESIDENT,
        "Ouvrez un scrutin, proclamez une décision, signez le procès-verbal.",
    ),
    DemoPerson(
        "membre",
        "Bastien",
        "Roquelaure",
        "Banque du Val d'Arly",
        "banque-arly",
        Role.MEMBER,
        "Lisez les dossiers, rendez un diagnostic, votez depuis un téléphone.",
    ),
    DemoPerson(
        "membre2",
        "Nadège",
        "Combescure",
        "EDF Une Rivière Un Territoire Savoie",
        "edf-une-riviere",
        Role.MEMBER,
        "Siégez à côté : déclarez un lien, votez, changez d'avis avant la clôture.",
    ),
    DemoPerson(
        "tresorier",
        "Jean-Noël",
        "Abadour",
        "CCI Savoie",
        "cci-savoie",
        Role.FINANCE,
        "Libérez un versement que l'opératrice a préparé.",
    ),
    DemoPerson(
        "tresoriere",
        "Aurore",
        "Villermet",
        "CCI Savoie",
        "cci-savoie",
        Role.FINANCE,
        "Approuvez un RIB : un autre libère le premier versement vers ce compte.",
    ),
    DemoPerson(
        "partenaire",
        "Odile",
        "Garandier",
        "Chambre de métiers de la Savoie",
        "cma-savoie",
        Role.ASSOCIATE,
        "Suivez les dossiers et les partenaires sans voix délibérative.",
    ),
    DemoPerson(
        "prefecture",
        "Sylvain",
        "Mercadal",
        "Préfecture de la Savoie",
        "prefecture-savoie",
        Role.PREFECTURE,
        "Lisez le rapport d'évaluation et les décisions de l'année.",
    ),
    DemoPerson(
        "controle",
        "Agathe",
        "Lempérière",
        "Contrôle général",
        "controle",
        Role.AUDITOR,
        "Remontez d'une avance à la décision, puis au journal.",
    ),
    DemoPerson(
        "meuse",
        "Thibault",
        "Vauquelin",
        "Meuse Développement",
        "meuse-developpement",
        Role.OPERATOR,
        "Un autre bassin : rien de la Savoie n'y paraît.",
        basin="meuse",
    ),
    DemoPerson(
        "astrees",
        "Clotilde",
        "Ferrandin",
        "ASTREES",
        "astrees",
        Role.NATIONAL_STAFF,
        "Comparez les bassins, ouvrez-en un.",
    ),
    DemoPerson(
        "astrees2",
        "Basile",
        "Courtemanche",
        "ASTREES",
        "astrees",
        Role.NATIONAL_STAFF,
        "Ouvrez un bassin à deux : l'un soumet la candidature, l'autre enregistre la décision.",
    ),
    DemoPerson(
        "consultation",
        "Rémi",
        "Hautecoeur",
        "ASTREES",
        "astrees",
        Role.NATIONAL_VIEWER,
        "Consultez les tableaux nationaux.",
    ),
    DemoPerson(
        "national",
        "Solange",
        "Berthaudin",
        "Comité national de pilotage",
        "comite-national",
        Role.NATIONAL_COMMITTEE,
        "Lisez les chiffres de tout le programme.",
    ),
)


def directory() -> list[str]:
    """Who can be entered as, in columns, and the addresses to open."""
    name, office = (max(len(getattr(p, column)) for p in PEOPLE) for column in ("name", "office"))
    return [
        *(f"  {p.name:<{name}}  {p.office:<{office}}  {p.email}" for p in PEOPLE),
        "",
        f"Entrer comme l'une d'elles : {settings.PUBLIC_URL}{reverse('account_login')}",
        f"Courriers envoyés          : {settings.PUBLIC_URL}{reverse('demo_mails')}",
    ]


def person_of(key: str) -> DemoPerson | None:
    """The person with this key."""
    return next((person for person in PEOPLE if person.key == key), None)


def user_of(person: DemoPerson) -> User | None:
    """The account of a demo person, when the demo is loaded."""
    return User.objects.filter(email=person.email).first()


def _secret_of(person: DemoPerson) -> str:
    """A fixed secret of the authenticator application: nothing of the demo is secret."""
    return b32encode(sha256(f"demo {person.key}".encode()).digest()[:20]).decode()


def code_of(person: DemoPerson) -> str:
    """What the person's authenticator application shows now."""
    return format_hotp_value(hotp_value(_secret_of(person), next(iter(current_counters()))))


def create_accounts(report: Callable[[str], object]) -> dict[str, User]:
    """Give each person an account, a role and the second factor it needs; safe to call again.

    The basins exist already; returns the accounts by key.
    """
    report("Comptes de démonstration")
    return {person.key: _create(person) for person in PEOPLE}


@transaction.atomic
def _create(person: DemoPerson) -> User:
    user = user_of(person) or open_account(
        email=person.email, first_name=person.first_name, last_name=person.last_name
    )
    basin = Basin.objects.get(slug=person.place) if person.place else None
    since = timezone.localdate() if person.role == Role.AUDITOR else SINCE
    Membership.objects.get_or_create(
        person=Person.objects.get(pk=user.pk),
        basin=basin,
        role=person.role,
        defaults={"starts_on": since, "ends_on": last_day(person.role, since)},
    )
    enrolled = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    if person.needs_second_factor and not enrolled.exists():
        TOTP.activate(user, _secret_of(person))
    return user
