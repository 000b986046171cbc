"""What the draft of an amendment to a cooperation convention lacks before it may be frozen."""

from collections.abc import Iterable
from datetime import date

from alize.common.dates import short_date
from alize.common.words import of
from conventions.models import Amendment
from conventions.queries.amended.content import before_and_after, changes_support
from conventions.queries.amended.signers import is_alone, presides, signing
from conventions.queries.amended.standing import last_schedule, support_runs
from conventions.rules import Capacity
from conventions.rules.partnership import Gap, Signatory
from partners.models import Partner


def support_gaps(amendment: Amendment, *, on: date) -> tuple[Gap, ...]:
    """What the draft of an amendment lacks before its text may be frozen."""
    before, after = before_and_after(amendment)
    found = []
    if after == before and not amendment.changes.strip() and amendment.schedule is None:
        found.append(Gap("Dire ce que l'avenant modifie : il ne change rien", "avenant"))
    if amendment.new_ends_on and amendment.new_ends_on <= before.ends_on:
        day = short_date(before.ends_on)
        found.append(
            Gap(f"Choisir un terme après le {day}, qui est celui de la convention", "avenant")
        )
    gone = Partner.objects.filter(pk__in=amendment.skills.values("partner")).exclude(
        pk__in=Partner.objects.active_on(on)
    )
    found += [
        Gap(f"Retirer {partner} des apports : ce n'est plus un partenaire", "avenant")
        for partner in gone
    ]
    return (*outrun_gaps(amendment, on=on), *found, *_signing_gaps(amendment, on=on))


def outrun_gaps(amendment: Amendment, *, on: date) -> tuple[Gap, ...]:
    """What would have no effect any more: the support is over, or its schedule is replaced."""
    convention = amendment.supporting
    found = []
    if changes_support(amendment) and not support_runs(convention, on=on):
        found.append(
            Gap(
                "Retirer ce qui change l'accompagnement, qui est terminé : seul l'échéancier de "
                "l'avance peut encore changer",
                "avenant",
            )
        )
    if amendment.schedule is not None and amendment.schedule != last_schedule(convention):
        found.append(
            Gap(
                "Choisir le dernier échéancier accepté par le comité : il remplace celui de "
                "l'avenant",
                "avenant",
            )
        )
    return tuple(found)


def _signing_gaps(amendment: Amendment, *, on: date) -> Iterable[Gap]:
    for rank, one in enumerate(signing(amendment, on=on)):
        body = one.body
        if not body.person:
            yield Gap(f"Dire qui signe pour {body.name}", _named_at(one), body.partner_id)
        elif body.mandate is None or (body.mandate.ends_on and body.mandate.ends_on < on):
            label = f"Enregistrer le mandat {of(body.person)}"
            own = rank if is_alone(one) else None
            yield Gap(label, _named_at(one), body.partner_id, rank=own)


def _named_at(one: Signatory) -> str:
    """Where somebody is named who signs for no partner."""
    if presides(one):
        return "presidence"
    return "operateur" if Capacity.OPERATOR in one.capacities else "dossier"
