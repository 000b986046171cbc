"""The page of an amendment, for the roles of the visitor."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action, Definition, Download, ObjectHeader
from alize.common.words import of
from alize.drafting.enums import TextKind
from basins.access import allows
from basins.enums import Role
from conventions.badges import amendment_badge
from conventions.documents import agreements as documents
from conventions.documents import cooperation_amendment as support_words
from conventions.documents.cooperation_amendment import Change
from conventions.documents.parties import signer_lines
from conventions.enums import UNLAUNCHED, AgreementStatus
from conventions.models import Amendment
from conventions.partnership_screen import (
    NOW,
    PROJECT,
    REOPEN,
    WORDS,
    download,
    is_making,
    signed_words,
    signing_now,
)
from conventions.permissions import partnership as permissions
from conventions.permissions import unsettled
from conventions.queries import amended, reads_text, text_news
from conventions.queries import partnership as queries
from conventions.rules.partnership import Standing

AMENDMENT_NOW = {
    AgreementStatus.DRAFT: "Écrivez ce qui change, relisez le projet, puis gelez le texte.",
    AgreementStatus.FROZEN: NOW[Standing.FROZEN],
}


@dataclass(frozen=True)
class AmendmentScreen:
    """What the page of an amendment shows."""

    header: ObjectHeader
    facts: list[Definition]
    changes: list[Change]
    """The articles of a cooperation convention, before and after."""
    signers: list[dict[str, Any]]
    downloads: list[Download]
    is_making: bool


def amendment_screen(amendment: Amendment, roles: frozenset[Role], *, on: date) -> AmendmentScreen:
    """Gather the page of an amendment, read on a day."""
    writes = allows(roles, "convention.write")
    frozen = amendment.snapshot or {}
    return AmendmentScreen(
        header=_header(amendment, writes=writes, on=on),
        facts=_facts(amendment) if _reads(amendment, roles) else [],
        changes=support_words.changes(amendment)
        if amendment.cooperation and _reads(amendment, roles)
        else [],
        signers=_one_text(
            frozen.get("signers") or signer_lines(queries.signing_amendment(amendment, on=on))
        ),
        downloads=_downloads(amendment, roles) if _reads(amendment, roles) else [],
        is_making=is_making(amendment),
    )


def _reads(amendment: Amendment, roles: frozenset[Role]) -> bool:
    """Whoever reads the text of a cooperation convention reads what changes in it."""
    return amendment.convention is not None or reads_text(roles)


def _facts(amendment: Amendment) -> list[Definition]:
    facts = [
        Definition("Motif", amendment.reason),
        Definition("Prise d'effet", support_words.effect(amendment)),
        Definition(
            "Dispositions modifiées" if amendment.convention else "Autres dispositions",
            amendment.changes or "Aucune",
        ),
        Definition("Entrent", ", ".join(map(str, amendment.incoming.all())) or "Personne"),
    ]
    if amendment.convention is not None and amendment.new_ends_on:
        facts.append(Definition("Nouveau terme", long_date(amendment.new_ends_on)))
    if amendment.schedule is not None:
        url = basin_reverse("schedule_history", reference=amendment.schedule.advance.reference)
        facts.append(Definition("Échéancier", support_words.schedule_fact(amendment), url))
    if amendment.signed_on:
        facts.append(Definition("Signé le", signed_words(amendment)))
    return facts


def _one_text(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An amendment is one text: nobody signs an annex beside it."""
    return [line | {"signs_operator_convention": False} for line in lines]


def _header(amendment: Amendment, *, writes: bool, on: date) -> ObjectHeader:
    def page(name: str) -> str:
        return basin_reverse(name, amendment_id=amendment.pk)

    status, action, others = amendment.status, None, []
    if writes and status == AgreementStatus.DRAFT:
        remaining = documents.remaining_of_amendment(amendment, on=on)
        action = Action("Geler le texte", page("amendment_freeze"), "lock", remaining=remaining)
        others.append(Action("Modifier", page("amendment_edit"), "pencil"))
        others += _mandates(amendment, on=on)
    elif writes and permissions.launch.allows(amendment, on):
        action = Action("Lancer la signature", page("amendment_launch"), "pen")
    elif writes and permissions.waits_for_effect(amendment):
        url = page("amendment_conclude")
        action = Action("Donner son effet", url, "check2")
    elif writes and status == AgreementStatus.SIGNING and amendment.circuit:
        url = basin_reverse("circuit_detail", circuit_id=amendment.circuit.pk)
        action = Action("Suivre la signature", url, "pen")
    if writes and permissions.reopen.allows(amendment):
        others.append(Action(REOPEN, page("amendment_reopen"), "unlock", post=True))
    if writes and permissions.cancel.allows(amendment):
        others.append(Action("Annuler l'avenant", page("amendment_cancel")))
    since = (
        f"gelé le {long_date(timezone.localdate(amendment.frozen_at))}"
        if amendment.frozen_at
        else ""
    )
    return ObjectHeader(
        name=str(amendment),
        reference=f"{_parent(amendment)}, {queries.amendment_reference_of(amendment)}",
        status=amendment_badge(amendment, on=on),
        now=_now(amendment, on=on),
        due=since,
        action=action,
        others=others,
    )


def _mandates(amendment: Amendment, *, on: date) -> list[Action]:
    """Those that it keeps itself, to be said again."""
    kept = {one.name for one in amendment.mandates.all()}
    signing = amended.alone(amendment, on=on) if kept else {}
    return [
        Action(
            f"Remplacer le mandat {of(one.body.person)}",
            basin_reverse("amendment_mandate", amendment_id=amendment.pk, rank=rank),
        )
        for rank, one in signing.items()
        if one.body.person in kept
    ]


def _now(amendment: Amendment, *, on: date) -> str:
    if amendment.status == AgreementStatus.SIGNING:
        return signing_now(amendment, "l'avenant")
    if amendment.status == AgreementStatus.SIGNED and amendment.takes_effect_on is not None:
        may_change = queries.may_change(amendment, on=on)
        held = unsettled(*permissions.circuits_of(amendment), may_change=may_change)
        if held:
            return held
        has_begun = amendment.takes_effect_on <= on
        day = long_date(amendment.takes_effect_on)
        return f"Il vaut depuis le {day}." if has_begun else f"Il vaudra à partir du {day}."
    said = AMENDMENT_NOW.get(AgreementStatus(amendment.status), "")
    if amendment.status == AgreementStatus.DRAFT:
        kind = TextKind.COOPERATION_AMENDMENT if amendment.cooperation else TextKind.AMENDMENT
        said = f"{said} {text_news(kind, on=on)}".rstrip()
    return permissions.outrun(amendment, on) or said


def _parent(amendment: Amendment) -> str:
    """The convention that it changes, in words."""
    if amendment.cooperation:
        return f"Convention {of(amendment.supporting.project.beneficiary.name)}"
    return str(amendment.founding)


def _downloads(amendment: Amendment, roles: frozenset[Role]) -> list[Download]:
    writes, found = allows(roles, "convention.write"), []
    if amendment.status in UNLAUNCHED and writes:
        url = basin_reverse("amendment_preview", amendment_id=amendment.pk)
        found.append(Download("Relire le projet", url, PROJECT, primary=True))
    if amendment.document is not None and amendment.circuit is not None:
        found.append(download("Avenant", amendment.document, amendment.circuit))
    if writes and permissions.copy.allows(amendment):
        url = basin_reverse("amendment_docx", amendment_id=amendment.pk)
        found.append(Download("Copie pour les juristes", url, WORDS))
    return found
