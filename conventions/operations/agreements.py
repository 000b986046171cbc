"""What conventions and their amendments go through alike: frozen, signed, given up."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.documents.printable import printable
from alize.drafting.enums import TextKind
from alize.outbox.operations import enqueue
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.queries.mandates import mandate_of
from signatures import operations as signatures
from signatures.enums import SignerStatus
from signatures.models import CircuitSigner
from signatures.operations import NationalText, SignerFacts

REOPENED = "Une signature de ce document a été écartée ; il est repris pour être signé de nouveau."
GIVEN_UP = "Ce texte est abandonné ; un autre peut être préparé."


def check_text(text: Mapping[str, Any]) -> None:
    """:raises ActionDenied: a clause of the basin would be left out of it (A7), or a word of it,
    wherever it comes from, would be printed as an empty box."""
    for label in text["displaced"]:
        raise ActionDenied(
            f"Le texte en vigueur n'a plus de place pour votre clause « {label} » : écrivez-la "
            "ailleurs ou effacez-la, à la page des clauses locales."
        )
    for words in _words(text):
        try:
            printable(words)
        except InvalidInput as refused:
            raise ActionDenied(
                f"{refused.reason} Ces mots se corrigent là où ils sont saisis : dossier, "
                "partenaire, décision ou clause."
            ) from refused


def _words(said: Any) -> Iterator[str]:
    """All the words of a text, however it is made up."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        yield from _words(list(said.values()))
    elif isinstance(said, Iterable):
        for one in said:
            yield from _words(one)


def check_texts(*texts: Mapping[str, Any]) -> None:
    """:raises ActionDenied: one would show a variable without a value, or leave a clause out."""
    for text in texts:
        check_text(text)
        for name in text["missing"]:
            raise ActionDenied(
                f"Le texte n'a pas de valeur pour « {name} » : complétez la convention."
            )


def check_in_time(agreement: Agreement, expires_on: date) -> None:
    """:raises InvalidInput: a founding text would be signed after the term of its convention."""
    convention = agreement.convention if isinstance(agreement, Amendment) else agreement
    if isinstance(convention, PartnershipConvention) and expires_on > convention.ends_on:
        raise InvalidInput(
            f"Cette convention arrive à son terme le {short_date(convention.ends_on)} : ce texte "
            "se signe ce jour-là au plus tard.",
            field="expires_on",
        )


def freeze_now(agreement: Agreement, *, by: Person, at: datetime) -> None:
    """Close the text whose snapshot has just been taken."""
    agreement.status = AgreementStatus.FROZEN
    agreement.frozen_at, agreement.frozen_by = at, by
    agreement.save(update_fields=["status", "frozen_at", "frozen_by", "snapshot"])
    figures_changed(agreement, at=at)


def reopen_now(agreement: Agreement | CooperationConvention, *, by: Person, at: datetime) -> None:
    """Make a draft again of a text, its signature given up; its next PDF is a new version."""
    give_up_circuits(agreement, reason=REOPENED, by=by, at=at)
    agreement.status, agreement.circuit, agreement.document = AgreementStatus.DRAFT, None, None
    agreement.frozen_at, agreement.frozen_by, agreement.snapshot = None, None, None
    if isinstance(agreement, PartnershipConvention):
        agreement.operator_circuit, agreement.operator_document = None, None
    if isinstance(agreement, CooperationConvention):
        agreement.text_version = None
    agreement.save()
    figures_changed(agreement, at=at)


def signer_facts(
    lines: Iterable[Mapping[str, Any]], paper: Collection[int], orders: Mapping[int, int] | None
) -> list[SignerFacts]:
    """The signers of a frozen text as a circuit takes them, in the order asked or computed."""
    asked = orders or {}
    return [
        SignerFacts(
            name=line["name"],
            function=line["function"],
            organisation=line["organisation"],
            email=line["email"],
            capacity=line["capacity"],
            order=asked.get(rank, line["order"]),
            paper=rank in paper,
            mandate=mandate_of(line["mandate"]),
        )
        for rank, line in enumerate(lines)
    ]


def text_of(words: Mapping[str, Any]) -> NationalText:
    """The national text that frozen words were drafted from."""
    return NationalText(TextKind(words["kind"]).label, words["version"], words["version_sha256"])


def kept(document: GeneratedDocument | None) -> GeneratedDocument:
    """The document of a frozen text, which the check has seen."""
    assert document is not None  # noqa: S101 - `permissions.launch` has refused it
    return document


def sign_now(agreement: Agreement) -> None:
    """Write the day of the last signature of its circuits, when what changes a support begins."""
    circuits = [agreement.circuit_id]
    if isinstance(agreement, PartnershipConvention):
        circuits.append(agreement.operator_circuit_id)
    signed = CircuitSigner.objects.filter(circuit__in=circuits, status=SignerStatus.SIGNED)
    agreement.signed_on = signed.aggregate(last=Max("signed_on"))["last"]
    agreement.signed_at_place = _place_of(agreement)
    agreement.status = AgreementStatus.SIGNED
    fields = ["status", "signed_on", "signed_at_place"]
    if isinstance(agreement, Amendment) and agreement.cooperation:
        agreement.takes_effect_on = agreement.signed_on
        fields.append("takes_effect_on")
    agreement.save(update_fields=fields)


def _place_of(agreement: Agreement) -> str:
    """Where the ceremony was held, unless all had signed before its day."""
    circuit, signed_on = agreement.circuit, agreement.signed_on
    if circuit is None or signed_on is None or circuit.ceremony_at is None:
        return ""
    return circuit.ceremony_place if timezone.localdate(circuit.ceremony_at) <= signed_on else ""


def give_up_circuits(
    agreement: Agreement | CooperationConvention, *, reason: str, by: Person, at: datetime
) -> None:
    """End the signature of a text and of what is sealed with it; its signers are told (M47)."""
    if agreement.circuit is not None:
        signatures.give_up(circuit_id=agreement.circuit.pk, reason=reason, by=by, at=at)


def cancel_now(agreement: Agreement, *, by: Person, at: datetime) -> None:
    """Give up a text, and its signature."""
    give_up_circuits(agreement, reason=GIVEN_UP, by=by, at=at)
    agreement.status = AgreementStatus.CANCELLED
    agreement.cancelled_at, agreement.cancelled_by = at, by
    agreement.save(update_fields=["status", "cancelled_at", "cancelled_by"])
    figures_changed(agreement, at=at)


def figures_changed(text: Agreement | CooperationConvention, *, at: datetime) -> None:
    """Have the figures of the basin counted again after an act on a text."""
    enqueue("figures.changed", key=f"{text._meta.model_name}:{text.pk}:{at.isoformat()}")


def next_number(convention: PartnershipConvention | CooperationConvention) -> int:
    """The number of its next amendment: that of a cancelled one is not given again."""
    return (convention.amendments.aggregate(last=Max("number"))["last"] or 0) + 1


def locked(convention_id: int) -> PartnershipConvention:
    """The convention, held until the end of the transaction."""
    return PartnershipConvention.objects.select_for_update(of=("self",)).get(pk=convention_id)
