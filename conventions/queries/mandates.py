"""Under what the signers of a frozen text sign on a day.

Mandates and addresses are not in the text: what is put right after the freezing holds.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, cast

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Link
from alize.common.words import of
from conventions.enums import PRESIDENCY, SignerCapacity
from conventions.models import CooperationConvention, Signer
from conventions.models.partnership import Agreement
from conventions.queries.parties import presidents_on
from conventions.rules import Party
from partners.models import Mandate
from partners.queries import mandates_by_name, mandates_of
from signatures import rules
from signatures.models import CircuitSigner

NEVER = date.max.isoformat()


def lines_on(agreement: Agreement, *, on: date) -> list[dict[str, Any]]:
    """The signers of a frozen text, each with their address and mandate of a day."""
    lines = frozen_lines(agreement)
    known = mandates_by_name([line["partner"] for line in lines if line["partner"]], on=on)
    presiding = {one.name: one for one in presidents_on(on)} if _presides(lines) else {}
    return [
        _presiding_on(line, presiding) if _presides([line]) else _line_on(line, known)
        for line in lines
    ]


def frozen_lines(agreement: Agreement) -> list[dict[str, Any]]:
    """The signers of a frozen text, as it keeps them."""
    return (agreement.snapshot or {}).get("signers", [])


def _presides(lines: Iterable[dict[str, Any]]) -> bool:
    """Whether somebody signs for the approval committee."""
    return any(line["mandate"].get("label") == PRESIDENCY for line in lines)


def _presiding_on(line: dict[str, Any], presiding: dict[str, Party]) -> dict[str, Any]:
    """The presidency ends with its seat, or passes to another."""
    party = presiding.get(line["name"])
    if party is None:
        return line | {"mandate": {}}
    ends_on = party.mandate_until.isoformat() if party.mandate_until else ""
    return line | {"mandate": line["mandate"] | {"ends_on": ends_on}}


def _line_on(line: dict[str, Any], known: dict[tuple[int, str], Mandate | None]) -> dict[str, Any]:
    key = (line["partner"], line["name"])
    # A mandate without a kind is none of a partner's: the convention keeps it.
    is_kept_here = bool(line["mandate"]) and not line["mandate"]["kind"]
    if is_kept_here or key not in known:
        return line
    mandate = known[key]
    if mandate is None:
        return line | {"mandate": {}}
    said = {
        "kind": mandate.kind,
        "label": mandate.get_kind_display(),
        "sha256": mandate.document.sha256 if mandate.document else "",
        "starts_on": mandate.starts_on.isoformat(),
        "ends_on": mandate.ends_on.isoformat() if mandate.ends_on else "",
    }
    return line | {"email": mandate.contact.person.email, "mandate": said}


def signers_on(convention: CooperationConvention, *, on: date) -> list[Signer]:
    """The signers of a cooperation convention with their mandates of a day.

    That of whoever signs for a partner is the one kept there, whatever their capacity; the
    presidency's ends with its seat or passes to another.
    """
    signers = list(convention.signers.all())
    give_kept(signers, on=on)
    presiding = {one.name: one for one in presidents_on(on)}
    for signer in signers:
        if signer.capacity == SignerCapacity.PRESIDENT and signer.mandate == PRESIDENCY:
            party = presiding.get(signer.name)
            signer.mandate = party.mandate if party else ""
            signer.mandate_until = party.mandate_until if party else None
    return signers


def give_kept(signers: Iterable[Signer], *, on: date) -> None:
    """Give to whoever signs for a partner the mandate of a day that it keeps for them, or none."""
    of_partners = [one for one in signers if one.partner_id]
    held = mandates_by_name([cast(int, one.partner_id) for one in of_partners], on=on)
    for signer in of_partners:
        _give(signer, held.get((cast(int, signer.partner_id), signer.name)))


def _give(signer: Signer, mandate: Mandate | None) -> None:
    signer.mandate = mandate.get_kind_display() if mandate else ""
    signer.mandate_since = mandate.starts_on if mandate else None
    signer.mandate_until = mandate.ends_on if mandate else None
    signer.mandate_sha256 = mandate.document.sha256 if mandate and mandate.document else ""


def lapsed_signers(
    convention: CooperationConvention, signers: Iterable[CircuitSigner], *, on: date
) -> set[int]:
    """Who, asked to sign a cooperation convention, has no mandate for it on a day (R62)."""
    over = {
        (one.name, one.organisation)
        for one in signers_on(convention, on=on)
        if not one.mandate or (one.mandate_until and one.mandate_until < on)
    }
    return {signer.pk for signer in signers if (signer.name, signer.organisation) in over}


def lapsed_lines(agreement: Agreement, signers: Iterable[CircuitSigner], *, on: date) -> set[int]:
    """The same of a partnership convention or of an amendment."""
    over = {
        (line["name"], line["organisation"])
        for line in lines_on(agreement, on=on)
        if not line["mandate"] or (line["mandate"].get("ends_on") or NEVER) < on.isoformat()
    }
    return {signer.pk for signer in signers if (signer.name, signer.organisation) in over}


def mandate_of(said: Mapping[str, str]) -> rules.Mandate | None:
    """What a line of a frozen text says of a mandate, as a circuit takes it."""
    if not said:
        return None
    return rules.Mandate(
        said["label"],
        said["sha256"],
        date.fromisoformat(said["starts_on"]) if said["starts_on"] else None,
        date.fromisoformat(said["ends_on"]) if said["ends_on"] else None,
    )


def renewed_signers(
    convention: CooperationConvention, signers: Iterable[CircuitSigner], *, on: date
) -> dict[int, rules.Mandate]:
    """The mandates of a day of those who are asked to sign a cooperation convention."""
    held = {
        (one.name, one.organisation): rules.Mandate(
            one.mandate, one.mandate_sha256, one.mandate_since, one.mandate_until
        )
        for one in signers_on(convention, on=on)
        if one.mandate
    }
    return _valid(held, signers, on=on)


def renewed_lines(
    agreement: Agreement, signers: Iterable[CircuitSigner], *, on: date
) -> dict[int, rules.Mandate]:
    """The same of a partnership convention or of an amendment."""
    held = {
        (line["name"], line["organisation"]): mandate
        for line in lines_on(agreement, on=on)
        if (mandate := mandate_of(line["mandate"])) is not None
    }
    return _valid(held, signers, on=on)


def _valid(
    held: Mapping[tuple[str, str], rules.Mandate], signers: Iterable[CircuitSigner], *, on: date
) -> dict[int, rules.Mandate]:
    """Those that have begun and are not over, by signer."""
    known = {signer.pk: held.get((signer.name, signer.organisation)) for signer in signers}
    return {
        pk: mandate
        for pk, mandate in known.items()
        if mandate is not None
        and (mandate.starts_on is None or mandate.starts_on <= on)
        and (mandate.ends_on is None or on <= mandate.ends_on)
    }


def delegates_of(partner: int, *, on: date) -> list[rules.Delegate]:
    """Those who hold a mandate of a partner on a day, as a signer chooses among them (P4)."""
    return [
        rules.Delegate(
            name=mandate.contact.person.full_name,
            function=mandate.contact.function,
            email=mandate.contact.person.email,
            starts_on=mandate.starts_on,
            ends_on=mandate.ends_on,
            document_id=mandate.document_id,
            key=str(mandate.pk),
            kind=mandate.get_kind_display(),
        )
        for mandate in mandates_of(partner, on=on)
    ]


def unready_lines(
    lines: Iterable[dict[str, Any]], *, until: date, own: Callable[[int], str]
) -> list[Link]:
    """Who has no mandate until the day when all are to have signed, and where it is mended.

    `own` is the page of what the text itself keeps of a signer, by their rank.
    """
    found = []
    for rank, line in enumerate(lines):
        ends = line["mandate"].get("ends_on")
        label = _asked(
            f"{of(line['name'])} ({line['organisation']})",
            is_held=bool(line["mandate"]),
            ends_on=date.fromisoformat(ends) if ends else None,
            until=until,
        )
        if label:
            found.append(_mended(line, label, own(rank)))
    return found


def _mended(line: dict[str, Any], label: str, own: str) -> Link:
    if line["partner"]:
        return Link(label, _partner(line["partner"]))
    if line["capacity"] != SignerCapacity.PRESIDENT.label:
        return Link(label, own)
    if line["mandate"]:
        return Link(label, basin_reverse("seat_list"))
    return Link(f"Rouvrir le texte : {line['name']} ne préside plus le comité", own)


def unready_signers(signers: Iterable[Signer], *, until: date) -> list[Link]:
    """The same of a cooperation convention."""
    found = []
    for signer in signers:
        label = _asked(
            f"{of(signer.name)} ({signer.organisation})",
            is_held=bool(signer.mandate),
            ends_on=signer.mandate_until,
            until=until,
        )
        if label:
            found.append(_passed_on(signer) or Link(label, _page(signer)))
    return found


def _passed_on(signer: Signer) -> Link | None:
    """The text, to be reopened, when whoever presided no longer does."""
    if signer.mandate or signer.capacity != SignerCapacity.PRESIDENT:
        return None
    label = f"Recalculer les signataires : {signer.name} ne préside plus le comité"
    return Link(label, basin_reverse("convention_detail", reference=signer.convention.reference))


def _asked(who: str, *, is_held: bool, ends_on: date | None, until: date) -> str:
    if not is_held:
        return f"Enregistrer le mandat {who}"
    if ends_on and ends_on < until:
        return f"Prolonger le mandat {who}, qui s'arrête le {short_date(ends_on)}"
    return ""


def _page(signer: Signer) -> str:
    """The seats for the presidency, else the partner, else what the convention keeps."""
    if signer.capacity == SignerCapacity.PRESIDENT:
        return basin_reverse("seat_list")
    if signer.partner_id:
        return _partner(signer.partner_id)
    return basin_reverse("convention_detail", reference=signer.convention.reference)


def _partner(partner_id: int) -> str:
    return basin_reverse("partner_detail", partner_id=partner_id)
