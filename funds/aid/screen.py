"""What the page of the aid of a company shows, and its part of the tab of a project."""

from dataclasses import dataclass
from datetime import date, timedelta

from alize.common import charts
from alize.common.addresses import basin_reverse
from alize.common.dates import add_months, short_date
from alize.common.money import format_euros
from alize.common.screen import Action, Badge
from alize.common.words import grouped, listed
from basins.access import allows
from basins.enums import Role
from funds import permissions, queries
from funds.models import FundSettings
from funds.queries.ahead import Promise
from funds.queries.aid import AidRegister, Grant, weight
from funds.rules.aid import CEILING, ROLLING_MONTHS
from projects.models import Project

USUAL_LINES, USUAL_GRACE = 30, 6
"""Of an advance that is not proposed yet: those of the programme."""


@dataclass(frozen=True)
class AidRow:
    """One aid, and what may be done with it."""

    granted_on: date
    grantor: str
    purpose: str
    company: str
    amount: int
    status: Badge
    act: Action | None


@dataclass(frozen=True)
class AidScreen:
    """The room of an undertaking, and what the advance asked for would take of it."""

    register: AidRegister
    asked: int
    """What the company asks for, in cents; zero once it was decided."""
    asked_weight: int
    declared: bool
    url: str

    @property
    def room(self) -> int:
        """What is left on the day."""
        return self.register.room

    @property
    def excess(self) -> int:
        """By how much the ceiling is passed already."""
        return max(0, -self.room)

    @property
    def undertaking(self) -> str:
        """The companies that are one undertaking, by their SIREN."""
        sirens = sorted(grouped(siren) for siren in self.register.sirens)
        return f"SIREN {listed(sirens)}" if sirens else "SIREN non renseigné"

    @property
    def sentence(self) -> str:
        """What the committee should know before it decides."""
        if not self.asked:
            return ""
        words = (
            f"L'avance demandée, {format_euros(self.asked)}, compterait pour "
            f"{format_euros(self.asked_weight)}"
        )
        if self.asked_weight > self.room:
            return f"{words} : elle dépasserait le plafond."
        left = format_euros(self.room - self.asked_weight)
        return f"{words} : elle y tient, il resterait {left}."

    @property
    def is_exceeded(self) -> bool:
        """Whether the ceiling is passed, or would be."""
        return self.asked_weight > self.room or self.room < 0

    @property
    def gauge(self) -> charts.Gauge:
        """The aid of three years against the ceiling."""
        return charts.gauge(
            self.register.used // 100,
            low=CEILING // 100,
            high=CEILING // 100,
            title="Aides de minimis de trois ans, face au plafond",
            unit="€",
            reference="plafond",
        )


def aid_screen(project: Project, settings: FundSettings, *, on: date) -> AidScreen:
    """The room of the company of a project on a day."""
    register = queries.aid_register(project.beneficiary, settings, on=on)
    is_decided = project.decisions.exists()
    asked = 0 if is_decided else project.amount_asked or 0
    return AidScreen(
        register=register,
        asked=asked,
        asked_weight=weight(
            queries.aid_terms(settings), Promise(asked, USUAL_LINES, 1, USUAL_GRACE), on=on
        )
        if asked
        else 0,
        declared=project.de_minimis_declared,
        url=basin_reverse("aid_register", reference=project.reference),
    )


def aid_rows(register: AidRegister, *, project: Project, roles: frozenset[Role]) -> list[AidRow]:
    """The register, the last first, each with its place in the three years."""
    start = add_months(register.on, -ROLLING_MONTHS)
    return [
        AidRow(
            granted_on=grant.granted_on,
            grantor=grant.grantor,
            purpose=grant.purpose,
            company=grant.company,
            amount=grant.amount,
            status=_status(grant, register.on, start),
            act=_act(grant, project, roles),
        )
        for grant in register.grants
    ]


def _status(grant: Grant, on: date, start: date) -> Badge:
    if grant.granted_on > on:
        return Badge("Pas encore", "quiet")
    if grant.granted_on <= start:
        return Badge("Ne compte plus", "quiet")
    if not grant.is_signed:
        return Badge("À signer", "attention")
    last = add_months(grant.granted_on, ROLLING_MONTHS) - timedelta(days=1)
    return Badge(f"Jusqu'au {short_date(last)}")


def _act(grant: Grant, project: Project, roles: frozenset[Role]) -> Action | None:
    if not allows(roles, "aid.declare"):
        return None
    if grant.aid is not None:
        url = basin_reverse("aid_withdraw", reference=project.reference, aid_id=grant.aid.pk)
        return Action("Retirer", url)
    if grant.advance is not None and permissions.certify_aid.allows(grant.advance):
        url = basin_reverse("aid_certificate", reference=grant.advance.reference)
        return Action("Attestation (PDF)", url, post=True)
    return None
