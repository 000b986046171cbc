"""Statements of the bank: a file is read aside, proved whole, then matched."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from alize.documents import storage
from alize.outbox.operations import enqueue
from funds import bank
from funds.enums import NumberStatus
from funds.models import BankAccount, BankImport, BankLine, BankNumber, BankStatement
from funds.permissions import bank as permissions
from funds.queries import bank as queries
from funds.queries.numbers import (
    number_on,
    our_numbers,
    read_under,
    statement_numbers,
    unread,
)

CHUNK = 50
"""Lines matched between two commits: what the progress counts by.

So few, as the journal of the basin is held from the first one that is booked.
"""


@transaction.atomic
def ask_import(
    *,
    account_id: int,
    file_name: str,
    content: bytes,
    closing: int | None,
    by: Person,
    at: datetime,
    opening: int | None = None,
    number_id: int | None = None,
) -> BankImport:
    """Keep a file of the bank and have it read aside; a table of an unknown bank waits.

    The balances, in cents, are those of the bank's paper when the format gives none; so is the
    number, of several, the one in force unless it is given.

    :raises InvalidInput: the file is empty, too heavy, or no statement.
    """
    account = BankAccount.objects.select_for_update().get(pk=account_id)
    is_table = _is_table(content)
    number = number_on(account, timezone.localdate(at)).origin
    if number_id is not None:
        number = statement_numbers(account).get(pk=number_id)
    is_waiting = is_table and number.csv_mapping is None
    made = BankImport.objects.create(
        number=number,
        file_name=file_name[:120],
        key=storage.keep(content),
        sha256=hashlib.sha256(content).hexdigest(),
        opening=opening,
        closing=closing,
        asked_at=at,
        asked_by=by,
        is_waiting=is_waiting,
        is_table=is_table,
    )
    audit.record("bank.import_asked", target=made, by=by, at=at, sha256=made.sha256)
    if not is_waiting:
        enqueue("funds.read_statement", key=str(made.pk), import_id=made.pk)
    return made


def _is_table(content: bytes) -> bool:
    """Whether the columns of a file are for people to tell.

    :raises InvalidInput: it is empty, too heavy, or no statement.
    """
    if not content.strip():
        raise InvalidInput("Ce fichier est vide.", field="file")
    if len(content) > bank.LARGEST_FILE:
        raise InvalidInput(
            "Ce fichier dépasse 30 Mo : choisissez une période plus courte.", field="file"
        )
    if bank.format_of(content) != "CSV":
        return False
    if not bank.is_table(content):
        raise InvalidInput(
            "Ce fichier n'est pas un relevé : importez un fichier camt.053, OFX, CFONB 120 ou CSV. "
            "Un classeur Excel s'enregistre d'abord en CSV.",
            field="file",
        )
    return True


@transaction.atomic
def save_mapping(
    *, import_id: int, mapping: bank.CsvMapping, closing: int | None, by: Person, at: datetime
) -> BankImport:
    """Keep what the columns of a bank hold, then read the file that waited for it.

    A table refused as it was read before, since the bank changed its columns, is read again.

    :raises ActionDenied: the file is no table, or was read, or its number was withdrawn meanwhile.
    :raises InvalidInput: the first lines of the file cannot be read so.
    """
    made = BankImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    permissions.map_import(made)
    held = read_under(made.number)
    if held is None:
        raise ActionDenied(unread(made.number))
    with storage.opened(made.key) as stored:
        content = stored.read()
    try:
        bank.preview(content, mapping)
    except bank.StatementRefused as refusal:
        raise InvalidInput(str(refusal)) from refusal
    number = BankNumber.objects.select_for_update(of=("self",)).get(pk=held.pk)
    number.csv_mapping = asdict(mapping)
    number.save(update_fields=["csv_mapping"])
    made.number = number
    made.is_waiting, made.refusal, made.finished_at = False, "", None
    made.closing = closing if closing is not None else made.closing
    made.save(update_fields=["number", "is_waiting", "refusal", "finished_at", "closing"])
    audit.record("bank.mapping_saved", target=number, by=by, at=at)
    enqueue("funds.read_statement", key=f"{made.pk}:{at.isoformat()}", import_id=made.pk)
    return made


@transaction.atomic
def read_import(*, import_id: int, at: datetime) -> BankImport:
    """Read, prove and add a file whole, or keep the reason why not; called again, nothing more.

    The file says of which bank of the account it is; the lines held already are left out.
    """
    made = BankImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if made.finished_at or made.statement_id or made.is_waiting:
        return made
    account = BankAccount.objects.select_for_update().get(numbers=made.number_id)
    with storage.opened(made.key) as stored:
        content = stored.read()
    try:
        statement, others = _of_account(content, made, closing=made.closing)
        number = made.number
        new = _new_lines(number, statement)
        known = queries.known_of(number)
        bank.check_opening(statement, on_paper=made.opening, is_first=known is None)
        _check_banks(number, statement, known, adds=bool(new))
        bank.check_chain(statement, [line for _, line in new], known)
    except bank.StatementRefused as refusal:
        made.refusal, made.finished_at = str(refusal)[:600], at
        made.save(update_fields=["refusal", "finished_at"])
        audit.record("bank.import_refused", target=made, by=made.asked_by, at=at)
        return made
    made.known = len(statement.lines) - len(new)
    if new or known is None:
        made.statement = _add(account, number, statement, new, by=made.asked_by, at=at)
    made.steps, made.others = len(new), _named(others)[:300]
    if not new:
        made.finished_at = at
    made.save(update_fields=["number", "known", "statement", "steps", "others", "finished_at"])
    audit.record("bank.imported", target=made, by=made.asked_by, at=at, lines=len(new))
    return made


def _of_account(
    content: bytes, made: BankImport, *, closing: int | None
) -> tuple[bank.Statement, list[str]]:
    """The statement of a number of the account, noted on the import, and the others of the file.

    :raises StatementRefused: the file is of other accounts.
    """
    chosen = made.number
    mapping = bank.CsvMapping(**chosen.csv_mapping) if chosen.csv_mapping else None
    statements = bank.read_statements(content, mapping=mapping, closing=closing)
    served = statement_numbers(chosen.account)
    for number in sorted(served, key=lambda one: one != chosen):
        for statement in statements:
            is_said = bank.same_account(statement.account, number.iban)
            if is_said or (not statement.account and number.iban == chosen.iban):
                made.number = number
                return statement, [one.account for one in statements if one is not statement]
    asked = BankNumber.objects.filter(account=chosen.account, status=NumberStatus.PROPOSED)
    if any(bank.same_account(statements[0].account, one.iban) for one in asked):
        raise bank.StatementRefused(
            "Ce fichier est celui de la nouvelle banque, que le second signataire financier n'a "
            "pas encore approuvée. Rien n'a été importé : renvoyez-le ensuite."
        )
    left = BankNumber.objects.filter(account=chosen.account, status=NumberStatus.WITHDRAWN)
    for number in left.order_by("-withdrawn_at"):
        if bank.same_account(statements[0].account or chosen.iban, number.iban):
            raise bank.StatementRefused(unread(number))
    raise bank.StatementRefused(
        f"Ce fichier est celui d'un autre compte (finissant par {statements[0].account[-4:]}). "
        "Rien n'a été importé : choisissez le compte auquel il appartient."
    )


def _check_banks(
    number: BankNumber, statement: bank.Statement, known: bank.Known | None, *, adds: bool
) -> None:
    """Count once the money that passes from a bank of the account to another (I10).

    :raises StatementRefused: the balance of the old bank would be counted twice.
    """
    if adds and queries.is_renumbered(number):
        raise bank.StatementRefused(
            f"Les relevés de ce compte continuent sur le numéro qui l'a remplacé : {number} n'en "
            "reçoit plus. Rien n'a été importé : demandez à la banque le fichier du nouveau numéro."
        )
    is_new = number.replaces is not None and not number.keeps_balance
    if is_new and known is None and statement.opening:
        raise bank.StatementRefused(
            f"Le premier relevé de {number.bank} s'ouvre à {format_euros(statement.opening)} : "
            "l'argent de l'ancienne banque y arrive par un virement, que ce fichier ne montre pas. "
            "Rien n'a été importé : demandez un fichier qui commence à l'ouverture du compte, à "
            "zéro."
        )


def _named(numbers: list[str]) -> str:
    """Other accounts, as people know them."""
    ours = list(our_numbers().select_related("account"))
    known = (
        next(
            (f"{one.bank}, {one.account}" for one in ours if bank.same_account(number, one.iban)),
            number[-4:],
        )
        for number in numbers
    )
    return " ; ".join(known)


def _new_lines(
    number: BankNumber, statement: bank.Statement
) -> list[tuple[tuple[str, int], bank.Line]]:
    """The lines that the account does not hold yet, with the key of each (I10).

    A line is the same under the old number and the one that its bank replaced it by.
    """
    iban = queries.run_of(number)[0].iban
    keyed = [
        ((_digest(f"{iban} {line.identity}"), line.occurrence), line) for line in statement.lines
    ]
    known = set(
        BankLine.objects.filter(
            account=number.account_id, identity__in={identity for (identity, _), _ in keyed}
        ).values_list("identity", "occurrence")
    )
    return [(key, line) for key, line in keyed if key not in known]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _add(
    account: BankAccount,
    number: BankNumber,
    statement: bank.Statement,
    new: list[tuple[tuple[str, int], bank.Line]],
    *,
    by: Person,
    at: datetime,
) -> BankStatement:
    previous = queries.last_statement(number)
    first = min((line.booked_on for _, line in new), default=statement.since)
    added = BankStatement.objects.create(
        number=number,
        previous=previous,
        since=statement.since
        if previous is None
        else max(statement.since, min(first, statement.until)),
        until=statement.until,
        opening=statement.closing - sum(line.amount for _, line in new),
        closing=statement.closing,
        recorded_at=at,
        recorded_by=by,
    )
    # In one command: the database proves a statement when its lines come.
    BankLine.objects.bulk_create(
        BankLine(
            statement=added,
            account=account,
            rank=rank,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount=line.amount,
            label=line.label[:500],
            name=line.name[:140],
            iban=line.iban[:34],
            end_to_end_id=line.end_to_end_id[:40],
            bank_reference=line.bank_reference[:60],
            reason=line.reason[:40],
            is_reversal=line.is_reversal,
            identity=identity,
            occurrence=occurrence,
        )
        for rank, ((identity, occurrence), line) in enumerate(new, start=1)
    )
    connection.check_constraints()
    return added
