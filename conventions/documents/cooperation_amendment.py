"""The words of an amendment to a cooperation convention: before, after, and the new schedule."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from alize.common.dates import long_date, short_date
from alize.common.money import format_euros
from alize.common.words import amount_in_words, feminine, listed, number_in_words
from alize.drafting import blocks
from alize.drafting.blocks import Block
from basins.tenancy import current
from conventions.documents.cooperation import days_in_words, jobs_in_words, schedule_block
from conventions.documents.parties import parties, signatures
from conventions.documents.partnership import items
from conventions.models import Amendment
from conventions.queries import amended
from conventions.rules.cooperation import Content
from conventions.rules.partnership import Signatory
from funds.models import ScheduleVersion
from funds.rules import Installment

TITLE = "Avenant à la convention de coopération et développement"
KIND = "avenant-cooperation"
NONE = "Aucun"
Change = tuple[str, str, str]
"""An article, what it said, what it says."""

_ARTICLES = {
    "skills": ("moyens_humains", "Moyens humains"),
    "created": ("engagements", "Engagements de l'entreprise, emplois à créer"),
    "retained": ("engagements", "Engagements de l'entreprise, emplois à maintenir"),
    "lead": ("suivi", "Plan d'accompagnement et suivi, mandataire"),
    "term": ("duree", "Durée, terme"),
}
"""The section of the convention where each thing stands, and how it is called."""


def changes(amendment: Amendment) -> list[Change]:
    """The changed articles, before and after; those that were frozen, once they are."""
    frozen = (amendment.snapshot or {}).get("changes")
    if frozen is not None:
        return [(article, before, after) for article, before, after in frozen]
    numbers = _numbers(amendment)
    before, after = amended.before_and_after(amendment)
    found = []
    for name, was, becomes in _pairs(before, after):
        if was != becomes:
            section, label = _ARTICLES[name]
            number = numbers.get(section, "")
            found.append((f"{number}. {label}" if number else label, was, becomes))
    return found


def _pairs(before: Content, after: Content) -> Iterator[tuple[str, str, str]]:
    """What each of them says, thing by thing."""
    yield "skills", _skills(before), _skills(after)
    yield "created", _jobs(before.jobs_created), _jobs(after.jobs_created)
    yield "retained", _jobs(before.jobs_retained), _jobs(after.jobs_retained)
    yield "lead", before.lead, after.lead
    yield "term", long_date(before.ends_on), long_date(after.ends_on)


def _skills(content: Content) -> str:
    """« Papeterie des Bauges, 3,5 jours (Implantation) ; 5,5 jours au total »."""
    if not content.skills:
        return NONE
    lines = [
        f"{one.organisation}, {days_in_words(one.days)} ({one.topic})" for one in content.skills
    ]
    return " ; ".join([*lines, f"{days_in_words(content.days)} au total"])


def _jobs(total: Decimal) -> str:
    return f"{jobs_in_words(total)} en équivalent temps plein" if total else NONE


def _numbers(amendment: Amendment) -> dict[str, str]:
    """« Article 2 », as the convention that was signed numbers it."""
    sections = (amendment.supporting.snapshot or {}).get("sections", [])
    return {section["key"]: section["label"] for section in sections}


def content_facts(content: Content) -> list[tuple[str, str]]:
    """What a convention says on a day, for its page."""
    lines = [
        ("Apports en compétences", _skills(content)),
        ("Emplois à créer", _jobs(content.jobs_created)),
        ("Emplois à maintenir", _jobs(content.jobs_retained)),
        ("Mandataire", content.lead),
        ("Terme", long_date(content.ends_on)),
    ]
    return [(label, value) for label, value in lines if value != NONE]


def said(
    amendment: Amendment, signing: tuple[Signatory, ...]
) -> tuple[dict[str, str], dict[str, Block | None]]:
    """The values and the blocks of an amendment, with those of its annex when there is one."""
    convention, after = amendment.supporting, amended.content_with(amendment)
    incoming = amended.incoming_of(amendment)
    joining = [one for one in signing if one.body.partner_id in incoming]
    origin = [one for one in signing if one.body.partner_id not in incoming]
    earlier = [
        f"l'avenant n° {one.number} du {long_date(one.signed_on)}"
        for one in amended.signed_amendments(convention)
        if one.signed_on and one.number < amendment.number
    ]
    values = {
        "bassin": current().name,
        "entreprise": convention.project.beneficiary.name,
        "numero_avenant": str(amendment.number),
        "convention_reference": convention.reference,
        "convention_date": long_date(convention.signed_on) if convention.signed_on else "",
        "avenants_anterieurs": listed(earlier),
        "motif": amendment.reason.strip(),
        "jours": days_in_words(after.days),
    }
    found: dict[str, Block | None] = {
        "parties": blocks.parties(parties(origin)),
        "entrants": blocks.parties(parties(joining)) if joining else None,
        "modifications": _before_and_after(changes(amendment)),
        "apports": _lent(after) if amendment.amends_skills else None,
        "dispositions": items(amendment.changes),
        "signatures": signatures(signing),
    }
    if amendment.schedule is not None:
        more_values, more_blocks = _annex(amendment.schedule)
        values, found = values | more_values, found | more_blocks
    return {name: value for name, value in values.items() if value}, found


def _before_and_after(rows: list[Change]) -> Block | None:
    if not rows:
        return None
    head = ["Article", "Avant", "Après"]
    return blocks.table(caption="Articles modifiés", head=head, rows=rows)


def _lent(content: Content) -> Block | None:
    if not content.skills:
        return None
    return blocks.table(
        caption="Apports en compétences",
        head=["Entreprise partenaire", "Objet de l'intervention", "Engagement"],
        rows=[[one.organisation, one.topic, days_in_words(one.days)] for one in content.skills],
        foot=["Total", "", days_in_words(content.days)],
        numbers=[2],
    )


def _annex(version: ScheduleVersion) -> tuple[dict[str, str], dict[str, Block | None]]:
    """The plan that the committee accepted: what is owed, from when (funds.md 2.5)."""
    advance, decision = version.advance, version.decision
    lines = [
        Installment(line.rank, line.due_on, line.amount)
        for line in version.schedule_lines.order_by("rank")
    ]
    amount = f"{format_euros(version.covers)} ({amount_in_words(version.covers)})"
    values = {
        "avance_reference": advance.reference,
        "decision": decision.reference if decision else "",
        "decision_date": long_date(decision.decided_on) if decision else "",
        "echeancier_effet": long_date(version.effective_on),
    }
    facts = [
        ("Nature", version.get_reason_display()),
        ("Reste à rembourser", amount),
        ("Taux, garantie, frais", "Aucun intérêt, aucune garantie, aucun frais"),
        ("Première échéance", long_date(lines[0].due_on)),
        ("Remboursement", _repayment(lines)),
    ]
    return values, {"avance_faits": blocks.facts(facts), "echeancier": schedule_block(lines)}


def _repayment(lines: list[Installment]) -> str:
    if len(lines) == 1:
        return f"une seule échéance, le {short_date(lines[0].due_on)}"
    count = feminine(number_in_words(len(lines)))
    first, last = short_date(lines[0].due_on), short_date(lines[-1].due_on)
    return f"{count} échéances, du {first} au {last}"


def summary(amendment: Amendment) -> list[tuple[str, str]]:
    """« Ce que vous signez », in a few lines, for the pages of a circuit."""
    convention, joining = amendment.supporting, amendment.incoming.all()
    lines = [
        ("Avenant", f"n° {amendment.number} à la convention {convention.reference}"),
        ("Entreprise", convention.project.beneficiary.name),
        ("Motif", amendment.reason),
        *((article, after) for article, _, after in changes(amendment)),
        ("Autres dispositions", amendment.changes),
        ("Entrent dans la convention", ", ".join(partner.name for partner in joining)),
        ("Échéancier de l'avance", _schedule_in_short(amendment.schedule)),
    ]
    return [(label, value) for label, value in lines if value]


def _schedule_in_short(version: ScheduleVersion | None) -> str:
    if version is None:
        return ""
    return (
        f"{version.get_reason_display()}, {format_euros(version.covers)} à rembourser à partir du "
        f"{long_date(version.schedule_lines.earliest('rank').due_on)}"
    )


def schedule_fact(amendment: Amendment) -> str:
    """The same for the page of an amendment."""
    return _schedule_in_short(amendment.schedule)


def snapshot_facts(amendment: Amendment) -> dict[str, Any]:
    """What a snapshot keeps beside the words: the page says before and after from it."""
    return {"changes": [list(change) for change in changes(amendment)]}


def effect(amendment: Amendment) -> str:
    """« à la date de la dernière signature », or that day."""
    on: date | None = amendment.takes_effect_on
    return long_date(on) if on else "À la date de la dernière signature"
