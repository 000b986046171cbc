"""An amendment, to a partnership or to a cooperation convention: the same."""

from dataclasses import asdict
from datetime import date
from typing import Any, cast

from alize.drafting import documents as drafting
from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version
from basins.tenancy import current
from conventions.documents import amendment as amendment_words
from conventions.documents import cooperation_amendment as support_words
from conventions.documents.agreements.layout import as_of, basin_named, copy, preview
from conventions.documents.parties import signer_lines
from conventions.models import Amendment
from conventions.queries import partnership as queries
from conventions.queries.clauses import clauses
from conventions.rules.partnership import Signatory, years_of


def title_of(amendment: Amendment) -> str:
    """« Avenant n° 2 à la convention de coopération et développement »."""
    title = support_words.TITLE if amendment.cooperation else amendment_words.TITLE
    return title.replace("Avenant", str(amendment), 1)


def subtitle_of(amendment: Amendment) -> str:
    """The company that is supported, or the basin."""
    if amendment.cooperation:
        return amendment.supporting.project.beneficiary.name
    return basin_named()


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
        "amendment": amendment_text(amendment, signers, on=on),
        "signers": signer_lines(signers),
    }
    if amendment.cooperation:
        return kept | support_words.snapshot_facts(amendment)
    return kept | {"promises": [asdict(one) for one in queries.amended_promises(amendment)]}


def amendment_text(
    amendment: Amendment, signers: tuple[Signatory, ...], *, on: date
) -> dict[str, Any]:
    """An amendment, word for word, in the text in force on a day."""
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
    return preview(
        frozen["amendment"],
        reference=queries.amendment_reference_of(amendment),
        title=title_of(amendment),
        on=as_of(amendment, on=on),
        subtitle=subtitle_of(amendment),
    )


def amendment_copy(amendment: Amendment, *, on: date) -> bytes:
    """The words frozen, or those of the draft, as a .docx."""
    frozen = amendment.snapshot or amendment_snapshot(amendment, on=on)
    title = f"{title_of(amendment)} {queries.amendment_reference_of(amendment)}"
    return copy(frozen["amendment"], title=title, subtitle=subtitle_of(amendment))
