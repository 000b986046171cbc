"""camt.053, versions 02 and 08: booked entries only, batches split, reasons kept (funds.md 3.3)."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

from lxml import etree

from funds.bank.statements import (
    Line,
    Statement,
    StatementRefused,
    cents,
    in_euros,
    meaningful_reference,
)

_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")
_READ = frozenset({"Acct", "FrToDt", "Bal", "Ntry"})
_EUROS = (None, "", "EUR")
_MOST_EVENTS = 4_000_000
"""Two an element: ten times what 10 000 operations need."""


def read_camt(content: bytes) -> Iterator[Statement]:
    """Read each statement of the file; entries are let go as they are read.

    :raises StatementRefused: it is no camt.053, is cut short, or declares entities.
    """
    # Neither entity nor network nor depth: what a statement never needs, an attack does.
    events = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _statements(events)
    except etree.XMLSyntaxError as error:
        raise StatementRefused(
            f"Ce fichier XML est abîmé ou incomplet (ligne {error.lineno or 1}). Rien n'a été "
            "importé : téléchargez-le de nouveau auprès de la banque."
        ) from error


def _statements(events: Iterator[tuple[str, etree._Element]]) -> Iterator[Statement]:
    reading: _Reading | None = None
    is_statement = False
    for rank, (event, element) in enumerate(events):
        name = _name(element)
        if event == "start":
            if rank == 0 and element.getroottree().docinfo.internalDTD is not None:
                raise StatementRefused(
                    "Ce fichier contient une déclaration DOCTYPE, qu'aucun relevé ne contient : "
                    "il est refusé par prudence."
                )
            if rank > _MOST_EVENTS:
                raise StatementRefused(
                    "Ce fichier est trop grand pour un relevé : demandez une période plus courte."
                )
            is_statement = is_statement or name == "BkToCstmrStmt"
            if name == "Stmt":
                reading = _Reading()
        elif name == "Stmt" and reading is not None:
            yield reading.statement()
            reading = None
        elif reading is not None and name in _READ and _name(element.getparent()) == "Stmt":
            reading.take(name, element)
            # What was read is dropped, with its siblings before it: the memory stays bounded.
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    if not is_statement:
        raise StatementRefused(
            "Ce fichier XML n'est pas un relevé camt.053 : choisissez l'export « relevé de compte »"
            " de la banque, et non un avis ou un état du jour."
        )


class _Reading:
    """What was met of one statement so far."""

    def __init__(self) -> None:
        self.account = ""
        self.balances: list[tuple[str, int, date]] = []
        self.period: tuple[str, str] = ("", "")
        self.lines: list[Line] = []

    def take(self, name: str, element: etree._Element) -> None:
        """Read one child of the statement."""
        if name == "Acct":
            self.account = _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")
            in_euros(_text(element, "Ccy"))
        elif name == "FrToDt":
            self.period = (_text(element, "FrDtTm"), _text(element, "ToDtTm"))
        elif name == "Bal":
            kind = _text(element, "Tp", "CdOrPrtry", "Cd")
            self.balances.append((kind, _amount(element), _day(element, "Dt")))
        elif name == "Ntry":
            self.lines.extend(_lines(element, own=self.account))

    def statement(self) -> Statement:
        """:raises StatementRefused: one of the two balances is missing."""
        opening = next((b for kind in _OPENING for b in self.balances if b[0] == kind), None)
        closing = next((b for k in _CLOSING for b in reversed(self.balances) if b[0] == k), None)
        if opening is None or closing is None:
            raise StatementRefused(
                "Ce relevé n'a pas de solde d'ouverture ou de clôture : rien ne prouve qu'il est "
                "complet. Demandez à la banque un relevé camt.053 de fin de journée."
            )
        days = [line.booked_on for line in self.lines]
        since, until = (_date(text) if text else None for text in self.period)
        return Statement(
            account=self.account,
            opening=opening[1],
            closing=closing[1],
            since=min([since or min(days, default=opening[2]), *days]),
            until=max([until or closing[2], *days]),
            lines=tuple(self.lines),
        )


def _lines(entry: etree._Element, *, own: str) -> Iterator[Line]:
    """One line for an entry, or one for each detail of a batch that adds up to it."""
    # Version 08 puts the code in a child of the status.
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    amount = _amount(entry)
    if status != "BOOK" or not amount:
        return
    details = [
        detail for group in _children(entry, "NtryDtls") for detail in _children(group, "TxDtls")
    ]
    amounts = [_detail_amount(detail, amount) for detail in details]
    if len(details) > 1 and None not in amounts and sum(filter(None, amounts)) == amount:
        for detail, part in zip(details, amounts, strict=True):
            if part:
                yield _line(entry, detail, part, own)
    else:
        yield _line(entry, details[0] if len(details) == 1 else None, amount, own)


def _line(entry: etree._Element, detail: etree._Element | None, amount: int, own: str) -> Line:
    value = _text(entry, "ValDt", "Dt") or _text(entry, "ValDt", "DtTm")
    booked_on = _day(entry, "BookgDt", default=_date(value) if value else None)
    reversal = _text(entry, "RvslInd") in {"true", "1"}
    reference = _text(entry, "AcctSvcrRef")
    label = _text(entry, "AddtlNtryInf")
    name = iban = end_to_end = reason = ""
    if detail is not None:
        reason = _text(detail, "RtrInf", "Rsn", "Cd") or _text(detail, "RtrInf", "Rsn", "Prtry")
        end_to_end = meaningful_reference(_text(detail, "Refs", "EndToEndId"))
        reference = _text(detail, "Refs", "AcctSvcrRef") or reference
        name, iban = _counterparty(
            detail, incoming=(amount > 0) != (reversal or bool(reason)), own=own
        )
        label = _remittance(detail) or _text(detail, "AddtlTxInf") or label
    return Line(
        booked_on=booked_on,
        value_on=_day(entry, "ValDt", default=booked_on),
        amount=amount,
        label=label or name or reason,
        name=name,
        iban=iban,
        end_to_end_id=end_to_end,
        bank_reference=meaningful_reference(reference),
        reason=reason,
        is_reversal=reversal,
    )


def _counterparty(detail: etree._Element, *, incoming: bool, own: str) -> tuple[str, str]:
    """Name and IBAN of the other side; an operation sent back keeps its first roles."""
    parties = _child(detail, "RltdPties")
    if parties is None:
        return "", ""
    sides = []
    for role in ("Dbtr", "Cdtr") if incoming else ("Cdtr", "Dbtr"):
        name = _text(parties, role, "Nm") or _text(parties, role, "Pty", "Nm")
        sides.append((name, _text(parties, f"{role}Acct", "Id", "IBAN")))
    return next((side for side in sides if any(side) and (not own or side[1] != own)), ("", ""))


def _remittance(detail: etree._Element) -> str:
    information = _child(detail, "RmtInf")
    if information is None:
        return ""
    free = [" ".join((part.text or "").split()) for part in _children(information, "Ustrd")]
    structured = [_text(part, "CdtrRefInf", "Ref") for part in _children(information, "Strd")]
    return " ".join(filter(None, [*free, *structured]))


def _detail_amount(detail: etree._Element, entry_amount: int) -> int | None:
    """Signed amount of one operation of a batch, or None when it says none."""
    # What was paid in another currency is in euros in the entry, that the account is held in.
    said = (_child(detail, "Amt"), _child(detail, "AmtDtls", "TxAmt", "Amt"))
    element = next((one for one in said if one is not None and one.get("Ccy") in _EUROS), None)
    if element is None:
        return None
    side = _text(detail, "CdtDbtInd")
    is_credit = side == "CRDT" if side else entry_amount > 0
    amount = cents(element.text or "")
    return amount if is_credit else -amount


def _amount(element: etree._Element) -> int:
    """:raises StatementRefused: no amount, or neither a credit nor a debit."""
    held = _child(element, "Amt")
    side = _text(element, "CdtDbtInd")
    if held is None or side not in {"CRDT", "DBIT"}:
        raise StatementRefused("Une opération de ce relevé n'a pas de montant ou pas de sens.")
    in_euros(held.get("Ccy", ""))
    amount = cents(held.text or "")
    return amount if side == "CRDT" else -amount


def _day(element: etree._Element, name: str, *, default: date | None = None) -> date:
    text = _text(element, name, "Dt") or _text(element, name, "DtTm")
    if not text:
        if default is None:
            raise StatementRefused("Une opération ou un solde de ce relevé n'a pas de date.")
        return default
    return _date(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise StatementRefused(f"« {text[:20]} » n'est pas une date.") from error


def _name(element: etree._Element | None) -> str:
    """The local name: both versions, and banks that forget the namespace, read alike."""
    return "" if element is None else str(element.tag).rpartition("}")[2]


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{*}}{name}")


def _child(element: etree._Element, *path: str) -> etree._Element | None:
    return element.find("/".join(f"{{*}}{name}" for name in path))


def _text(element: etree._Element, *path: str) -> str:
    return " ".join((element.findtext("/".join(f"{{*}}{name}" for name in path)) or "").split())
