"""A company makes itself known: its reference, its acknowledgement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.database import hold
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from basins import tenancy
from projects import rules
from projects.enums import Origin
from projects.models import Beneficiary, Project
from projects.operations.base import figures_changed
from projects.queries.visibility import contact_for


@transaction.atomic
def create_contact(
    *,
    need: str,
    by: Person,
    at: datetime,
    siret: str = "",
    name: str = "",
    beneficiary_id: int | None = None,
    origin: str = Origin.DIRECT,
    origin_partner_id: int | None = None,
    owner_name: str = "",
    owner_email: str = "",
    owner_phone: str = "",
    command_key: UUID | None = None,
) -> Project:
    """Nouveau contact : a project starts, for a company known already or not.

    :param beneficiary_id: the known company, when the operator recognised it.
    :raises InvalidInput: neither a SIRET nor a name was given, or the company is unknown.
    """
    company: dict[str, Any] = {"siret": siret, "name": name, "beneficiary_id": beneficiary_id}
    origins = {"origin": origin, "origin_partner_id": origin_partner_id}
    owner = {"owner_name": owner_name, "owner_email": owner_email, "owner_phone": owner_phone}

    def act() -> Project:
        beneficiary = _company(**company)
        project = Project.objects.create(
            reference=_next_reference(timezone.localdate(at).year),
            beneficiary=beneficiary,
            status_since=timezone.localdate(at),
            contacted_on=timezone.localdate(at),
            need=need,
            operator_id=by.pk,
            **origins,
            **owner,
        )
        acknowledge(project, at=at)
        audit.record("project.created", target=project, by=by, at=at, beneficiary=beneficiary.pk)
        figures_changed("contact", project, at=at)
        return project

    if command_key is None:
        return act()
    payload = {"need": need, **company, **origins, **owner}
    return made_once(Project, command_key, payload=payload, by=by, at=at, act=act)


def acknowledge(project: Project, *, at: datetime) -> None:
    """Tell the owner that the project is recorded, as soon as an address is known, once (M01)."""
    if project.owner_email:
        send_mail(
            "M01",
            to=Recipient(project.owner_email, project.owner_name),
            path=f"{reverse('home')}#comment",
            key=project.reference,
            reference=project.reference,
            operator=contact_for(project, on=timezone.localdate(at)).name,
        )


def _company(*, siret: str, name: str, beneficiary_id: int | None) -> Beneficiary:
    if beneficiary_id is not None:
        known = Beneficiary.objects.filter(pk=beneficiary_id).first()
        if known is None:
            raise InvalidInput("Cette entreprise n'est pas connue ici : cherchez-la à nouveau.")
        return known
    if not (siret or name):
        raise InvalidInput("Indiquez le SIRET ou le nom de l'entreprise.", field="siret")
    return Beneficiary.objects.create(siret=siret, name=name or rules.provisional_name(siret))


def _next_reference(year: int) -> str:
    """The next reference of a year in this basin, without a gap: others wait for ours to commit."""
    code = rules.trigram(tenancy.current().name)
    hold(f"projects:{year}")
    prefix = f"{year}-{code}-"
    taken = Project.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    last = max((int(known.removeprefix(prefix)) for known in taken), default=0)
    return rules.reference(year, code, last + 1)
