"""SEPA transfers, pain.001: every value is checked by us before the file is made (funds.md 3.2).

Nothing is cut nor replaced: what a bank would not carry whole is refused, saying where.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alize.common.money import LARGEST_CENTS, format_euros
from funds.bank.identifiers import read_bic, read_iban

SCHEMAS = {
    "pain.001.001.09": "pain.001.001.09 (courant)",
    "pain.001.001.03": "pain.001.001.03 (ancien)",
}
LONGEST_ID = 35
LONGEST_NAME = 70
LONGEST_TEXT = 140
_EPC = re.compile(r"[a-zA-Z0-9/\-?:().,'+ ]*")


@dataclass(frozen=True)
class Debtor:
    """The account that pays."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True)
class Transfer:
    """One transfer, in cents."""

    end_to_end_id: str
    name: str
    iban: str
    amount: int
    pay_on: date
    text: str
    bic: str = ""


@dataclass(frozen=True)
class TransferFile:
    """The bytes to store, and what is compared at the bank."""

    content: bytes
    sha256: str
    total: int
    count: int


def end_to_end_id(reference: str, rank: int) -> str:
    """« ALZ-AV-2026-SAV-014-E1 », the key of the reconciliation.

    :raises ValueError: the reference is too long to be carried whole.
    """
    return check_text(f"ALZ-{reference}-E{rank}", LONGEST_ID, "La référence")


def build_transfers(
    *,
    debtor: Debtor,
    transfers: Sequence[Transfer],
    message_id: str,
    made_at: datetime,
    schema: str = "pain.001.001.09",
) -> TransferFile:
    """Write the file of these transfers; the same arguments give the same bytes.

    :raises ValueError: the first value that a bank would refuse, cut or change, in French.
    """
    _check(debtor, transfers, message_id, schema)
    content = _written(debtor, transfers, message_id, made_at, schema)
    return TransferFile(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        total=sum(transfer.amount for transfer in transfers),
        count=len(transfers),
    )


def _check(debtor: Debtor, transfers: Sequence[Transfer], message_id: str, schema: str) -> None:
    if schema not in SCHEMAS:
        raise ValueError(f"Le format {schema} n'est pas un format de virement.")
    if not transfers:
        raise ValueError("Un fichier de virements en contient au moins un.")
    check_text(message_id, LONGEST_ID, "L'identifiant du fichier")
    check_text(debtor.name, LONGEST_NAME, "Le nom du titulaire du compte")
    read_iban(debtor.iban)
    read_bic(debtor.bic, iban=debtor.iban)
    seen: set[str] = set()
    for transfer in transfers:
        of = f"du virement à {transfer.name[:40]}"
        check_text(transfer.end_to_end_id, LONGEST_ID, f"La référence {of}")
        if transfer.end_to_end_id in seen:
            raise ValueError(f"La référence {transfer.end_to_end_id} sert deux fois.")
        seen.add(transfer.end_to_end_id)
        check_text(transfer.name, LONGEST_NAME, f"Le nom {of}")
        check_text(transfer.text, LONGEST_TEXT, f"Le libellé {of}")
        if not 0 < transfer.amount <= LARGEST_CENTS:
            raise ValueError(f"Le montant {of} n'est pas possible : {transfer.amount} centimes.")
        try:
            read_iban(transfer.iban)
            if transfer.bic:
                read_bic(transfer.bic, iban=transfer.iban)
        except ValueError as error:
            raise ValueError(f"Virement à {transfer.name} : {error}") from error


def check_text(text: str, longest: int, what: str) -> str:
    """Give a text back once a bank carries it whole.

    :raises ValueError: it is empty, too long or of other characters, in French.
    """
    if not text.strip() or text != text.strip():
        raise ValueError(f"{what} manque, ou commence ou finit par une espace.")
    if len(text) > longest:
        raise ValueError(
            f"{what} a {len(text)} caractères, {longest} au plus passent à la banque : "
            "raccourcissez."
        )
    refused = sorted({c for c in text if not _EPC.fullmatch(c)})
    if refused:
        raise ValueError(
            f"{what} contient « {' '.join(refused)} », que les banques n'acceptent pas : "
            "écrivez sans accent ni signe particulier."
        )
    # Rules of the format on slashes (EPC217-08).
    if text.startswith("/") or text.endswith("/") or "//" in text:
        raise ValueError(f"{what} ne peut ni commencer ni finir par « / », ni en contenir deux.")
    return text


def _written(
    debtor: Debtor,
    transfers: Sequence[Transfer],
    message_id: str,
    made_at: datetime,
    schema: str,
) -> bytes:
    # The library brings 20 MB of schemas' readers: only who makes a file pays for them.
    from lxml import etree
    from sepaxml import SepaTransfer
    from sepaxml.validation import try_valid_xml

    # One payment a block, so that the statement shows each transfer as a line of its own.
    config = {"name": debtor.name, "IBAN": debtor.iban, "BIC": debtor.bic, "batch": False}
    made = SepaTransfer(config | {"currency": "EUR"}, schema=schema, clean=False)
    for transfer in transfers:
        payment = {
            "name": transfer.name,
            "IBAN": transfer.iban,
            "amount": transfer.amount,
            "execution_date": transfer.pay_on,
            "description": transfer.text,
            "endtoend_id": transfer.end_to_end_id,
        }
        made.add_payment(payment | ({"BIC": transfer.bic} if transfer.bic else {}))
    # The library draws its identifiers and reads the clock: here both are given.
    document = etree.fromstring(made.export(validate=False))
    _set(document, "MsgId", [message_id])
    _set(document, "CreDtTm", [made_at.strftime("%Y-%m-%dT%H:%M:%S")])
    _set(document, "PmtInfId", [transfer.end_to_end_id for transfer in transfers])
    content = etree.tostring(document, encoding="UTF-8", xml_declaration=True)
    try_valid_xml(content, schema)
    return content


def _set(document: Any, name: str, values: Sequence[str]) -> None:
    for element, value in zip(document.iter(f"{{*}}{name}"), values, strict=True):
        element.text = value


def summary(made: TransferFile) -> str:
    """What is read to the bank: « 2 virements, 42 000 € »."""
    return f"{made.count} virement{'s' if made.count > 1 else ''}, {format_euros(made.total)}"
