"""The documents of the partnership: laid out from facts read on a day, kept once frozen."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from django.utils import timezone

from alize.common.dates import long_date
from alize.common.money import format_euros, format_number
from alize.common.screen import Link
from alize.documents import pdf
from alize.documents.operations import draft_words
from alize.drafting import documents as drafting
from alize.drafting import docx
from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version
from basins.tenancy import current
from conventions.documents import amendment as amendment_words
from conventions.documents import cooperation_amendment as support_words
from conventions.documents import partnership as words
from conventions.documents.parties import signer_lines
from conventions.models import Amendment, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.queries import partnership as queries
from conventions.queries.clauses import clauses, displaced_links
from conventions.queries.mandates import unready_lines
from conventions.queries.parties import local_operators
from conventions.rules.partnership import Gap, Signatory, years_of


def facts_of(convention: PartnershipConvention, *, on: date) -> words.Facts:
    """What a convention is written from, as it is known on a day."""
    years = years_of(convention.starts_on)
    return words.Facts(
        basin=current().name,
        number=convention.number,
        reference=queries.reference_of(convention),
        operator_reference=queries.operator_reference_of(convention),
        succession=queries.succession(convention),
        territory=convention.territory,
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        jobs=convention.jobs_target,
        projects=convention.projects_target,
        meetings=convention.meetings_target,
        specific_objectives=convention.specific_objectives,
        insertion=convention.insertion,
        distant_jobseekers=convention.distant_jobseekers,
        alternation=convention.alternation,
        employment_service=convention.employment_service,
        schemes=convention.schemes,
        chaired_by=convention.chaired_by,
        shared_functions=convention.shared_functions,
        allowance=convention.allowance,
        budget_comment=convention.budget_comment,
        operators=tuple(one.name for one in local_operators()),
        signing=queries.signing(convention, on=on),
        promises=queries.promises(convention.partners.all(), years),
        budget=queries.budget_of(convention),
    )


def partnership_snapshot(convention: PartnershipConvention, *, on: date) -> dict[str, Any]:
    """Both texts, word for word, and who signs them: kept when the convention is frozen."""
    facts = facts_of(convention, on=on)
    return {
        "partnership": _partnership(facts, on=on),
        "operator": _operator(facts, on=on),
        "signers": signer_lines(facts.signing),
        "budget": facts.budget.as_dict(),
        "promises": [asdict(one) for one in facts.promises],
    }


def _partnership(facts: words.Facts, *, on: date) -> dict[str, Any]:
    return drafting.draft(
        current_version(TextKind.PARTNERSHIP, on),
        values=words.partnership_values(facts),
        blocks=words.partnership_blocks(facts),
        clauses=clauses(TextKind.PARTNERSHIP),
        cover=words.cover(facts),
    )


def _operator(facts: words.Facts, *, on: date) -> dict[str, Any]:
    return drafting.draft(
        current_version(TextKind.OPERATOR, on),
        values=words.operator_values(facts),
        blocks=words.operator_blocks(facts),
        clauses=clauses(TextKind.OPERATOR),
    )


def preview_partnership(convention: PartnershipConvention, *, on: date, operator: bool) -> bytes:
    """The PDF, or that of annex 3, marked « PROJET », not kept: of a draft or of what is frozen.

    :raises RenderFailed: the layout took too much.
    """
    frozen = convention.snapshot or partnership_snapshot(convention, on=on)
    return _preview(
        frozen["operator" if operator else "partnership"],
        reference=queries.text_reference_of(convention, operator=operator),
        title=words.OPERATOR_TITLE if operator else words.TITLE,
        on=_as_of(convention, on=on),
    )


def partnership_copy(convention: PartnershipConvention, *, on: date, operator: bool) -> bytes:
    """The words frozen, or those of the draft, as a .docx; annex 3 alone when asked."""
    frozen = convention.snapshot or partnership_snapshot(convention, on=on)
    title = words.OPERATOR_TITLE if operator else words.TITLE
    said = frozen["operator" if operator else "partnership"]
    return _copy(said, title=f"{title} {queries.text_reference_of(convention, operator=operator)}")


def _as_of(agreement: Agreement, *, on: date) -> date:
    """The day of the words: that of the freezing, once there is one."""
    return timezone.localdate(agreement.frozen_at) if agreement.frozen_at else on


def amendment_copy(amendment: Amendment, *, on: date) -> bytes:
    """The words frozen, or those of the draft, as a .docx."""
    frozen = amendment.snapshot or amendment_snapshot(amendment, on=on)
    title = f"{title_of(amendment)} {queries.amendment_reference_of(amendment)}"
    return _copy(frozen["amendment"], title=title, subtitle=subtitle_of(amendment))


def _copy(said: dict[str, Any], *, title: str, subtitle: str = "") -> bytes:
    return docx.copy(said, title=title, subtitle=subtitle or _basin())


def _basin() -> str:
    return f"Bassin d'emploi {current().name}"


def _preview(
    said: dict[str, Any], *, reference: str, title: str, on: date, subtitle: str = ""
) -> bytes:
    return pdf.render(
        draft_words(
            reference=reference,
            title=title,
            template=drafting.TEMPLATE,
            context={"words": said, "subtitle": subtitle or _basin()},
            as_of=on,
        )
    )


def title_of(amendment: Amendment) -> str:
    """« Avenant n° 2 à la convention de coopération et développement »."""
    title = support_words.TITLE if amendment.cooperation else amendment_words.TITLE
    return title.replace("Avenant", str(amendment), 1)


def subtitle_of(amendment: Amendment) -> str:
    """The company that is supported, or the basin."""
    if amendment.cooperation:
        return amendment.supporting.project.beneficiary.name
    return _basin()


def kind_of(amendment: Amendment) -> str:
    """What its document is called in the register."""
    return support_words.KIND if amendment.cooperation else amendment_words.KIND


def amendment_facts(amendment: Amendment, *, on: date) -> amendment_words.AmendmentFacts:
    """What an amendment to a partnership is written from, as it is known on a day."""
    convention = amendment.founding
    return amendment_words.AmendmentFacts(
        basin=current().name,
        number=amendment.number,
        convention=f"la convention de partenariat n° {convention.number}",
        convention_reference=queries.reference_of(convention),
        convention_date=convention.signed_on,
        reason=amendment.reason,
        takes_effect_on=cast(date, amendment.takes_effect_on),
        new_ends_on=amendment.new_ends_on,
        changes=amendment.changes,
        incoming=tuple(amendment.incoming.values_list("pk", flat=True)),
        signing=queries.signing_amendment(amendment, on=on),
        promises=queries.amended_promises(amendment),
        years=years_of(convention.starts_on),
    )


def amendment_snapshot(amendment: Amendment, *, on: date) -> dict[str, Any]:
    """The text of an amendment and who signs it."""
    signers = queries.signing_amendment(amendment, on=on)
    kept = {
        "amendment": _amendment(amendment, signers, on=on),
        "signers": signer_lines(signers),
    }
    if amendment.cooperation:
        return kept | support_words.snapshot_facts(amendment)
    return kept | {"promises": [asdict(one) for one in queries.amended_promises(amendment)]}


def _amendment(amendment: Amendment, signers: tuple[Signatory, ...], *, on: date) -> dict[str, Any]:
    if amendment.cooperation:
        values, found = support_words.said(amendment, signers)
        kind = TextKind.COOPERATION_AMENDMENT
        return drafting.draft(
            current_version(kind, on), values=values, blocks=found, clauses=clauses(kind)
        )
    facts = amendment_facts(amendment, on=on)
    return drafting.draft(
        current_version(TextKind.AMENDMENT, on),
        values=amendment_words.amendment_values(facts),
        blocks=amendment_words.amendment_blocks(facts),
        clauses=clauses(TextKind.AMENDMENT),
    )


def preview_amendment(amendment: Amendment, *, on: date) -> bytes:
    """The PDF of an amendment, drafted or frozen, marked « PROJET » and not kept.

    :raises RenderFailed: the layout took too much.
    """
    frozen = amendment.snapshot or amendment_snapshot(amendment, on=on)
    return _preview(
        frozen["amendment"],
        reference=queries.amendment_reference_of(amendment),
        title=title_of(amendment),
        on=_as_of(amendment, on=on),
        subtitle=subtitle_of(amendment),
    )


# -- What is missing ------------------------------------------------------------------------------
SECTION_OF = {
    "defraiement": "gouvernance",
    "defraiement_lettres": "gouvernance",
    "fonctions_partagees": "gouvernance",
    "presidence_comite_local": "gouvernance",
    "operateur": "gouvernance",
    "insertion": "emploi",
    "demandeurs_eloignes": "emploi",
    "alternance": "emploi",
    "service_public_emploi": "emploi",
    "dispositifs": "emploi",
    "jours_total": "budget",
    "montant_total": "budget",
    "engagements": "budget",
}
"""Where the variables of the texts are written; the others are on the first page."""


def remaining_of(convention: PartnershipConvention, *, on: date) -> list[Link]:
    """What a draft lacks, then what its texts would show without a value, each with its page."""
    left = queries.gaps(convention, on=on)
    if not left:
        facts = facts_of(convention, on=on)
        left = tuple(
            Gap(f"Compléter la convention : {label}", SECTION_OF.get(name, "objectifs"))
            for text in (_partnership(facts, on=on), _operator(facts, on=on))
            for name, label in zip(text["missing_names"], text["missing"], strict=True)
        )
    found = [Link(gap.label, queries.where(gap, convention)) for gap in left]
    return [*found, *displaced_links(TextKind.PARTNERSHIP, TextKind.OPERATOR, on=on)]


def remaining_of_amendment(amendment: Amendment, *, on: date) -> list[Link]:
    """The same of an amendment."""
    left = queries.amendment_gaps(amendment, on=on)
    if not left:
        text = _amendment(amendment, queries.signing_amendment(amendment, on=on), on=on)
        left = tuple(Gap(f"Compléter l'avenant : {label}") for label in text["missing"])
    found = [Link(gap.label, queries.where(gap, amendment)) for gap in left]
    kind = TextKind.COOPERATION_AMENDMENT if amendment.cooperation else TextKind.AMENDMENT
    return [*found, *displaced_links(kind, on=on)]


def ending_soon(
    signing: Iterable[Signatory], *, until: date, own: Callable[[int], str]
) -> list[Link]:
    """Whose mandate holds, but not until the day when all are expected to have signed.

    `own` is the page of what the text itself keeps of a signer, by their rank.
    """
    ranked = [(rank, line) for rank, line in enumerate(signer_lines(signing)) if line["mandate"]]
    lines = [line for _, line in ranked]
    return unready_lines(lines, until=until, own=lambda place: own(ranked[place][0]))


# -- What is signed -------------------------------------------------------------------------------
def summary_of(convention: PartnershipConvention) -> list[tuple[str, str]]:
    """« Ce que vous signez », in a few lines, for the pages of a circuit."""
    budget = queries.budget_of(convention)
    return [
        ("Convention", f"Convention de partenariat n° {convention.number}, {current().name}"),
        ("Durée", f"du {long_date(convention.starts_on)} au {long_date(convention.ends_on)}"),
        ("Objectif", f"{format_number(convention.jobs_target)} emplois"),
        ("Moyens réunis", format_euros(budget.total)),
    ]


def amendment_summary(amendment: Amendment) -> list[tuple[str, str]]:
    """« Ce que vous signez » of an amendment."""
    if amendment.cooperation:
        return support_words.summary(amendment)
    joining = ", ".join(partner.name for partner in amendment.incoming.all())
    promised = (amendment.snapshot or {}).get("promises", [])
    promising = ", ".join(dict.fromkeys(one["partner"] for one in promised))
    lines = [
        ("Avenant", f"n° {amendment.number} à la {str(amendment.convention).lower()}"),
        ("Motif", amendment.reason),
        ("Prise d'effet", long_date(cast(date, amendment.takes_effect_on))),
        ("Entrent dans la convention", joining),
        ("Engagements nouveaux ou modifiés", promising),
    ]
    return [(label, value) for label, value in lines if value]
