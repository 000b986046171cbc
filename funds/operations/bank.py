"""Bank accounts and their statements: a file is read aside, proved whole, then matched."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.documents import storage
from alize.outbox.operations import enqueue
from funds import bank
from funds import bank_permissions as permissions
from funds.bank.identifiers import bic_of, read_bic, read_iban
from funds.enums import Perimeter, TransferSchema
from funds.models import BankAccount, BankImport, BankLine, BankStatement
from funds.queries import bank as queries

CHUNK = 250
"""Lines matched between two commits: what the progress counts by."""


@transaction.atomic
def open_bank_account(
    *,
    perimeter: Perimeter,
    bank_name: str,
    holder: str,
    iban: str,
    bic: str,
    by: Person,
    at: datetime,
    transfer_schema: TransferSchema = TransferSchema.V09,
) -> BankAccount:
    """Declare the account of the advances or of running costs, once each (R41).

    :raises InvalidInput: the IBAN or the BIC is wrong, or the account is declared already.
    """
    number, code = _numbers(iban, bic)
    if BankAccount.objects.filter(perimeter=perimeter).exists():
        raise InvalidInput("Ce compte est déjà déclaré.", field="perimeter")
    account = BankAccount.objects.create(
        perimeter=perimeter,
        bank=bank_name,
        holder=holder,
        iban=number,
        bic=code,
        transfer_schema=transfer_schema,
        opened_at=at,
        opened_by=by,
    )
    audit.record("bank.opened", target=account, by=by, at=at)
    return account


@transaction.atomic
def correct_bank_account(
    *,
    account_id: int,
    bank_name: str,
    holder: str,
    iban: str,
    bic: str,
    by: Person,
    at: datetime,
) -> BankAccount:
    """Put right an account that nothing has gone through yet.

    :raises ActionDenied: it has a statement or a file of transfers.
    :raises InvalidInput: the IBAN or the BIC is wrong.
    """
    account = BankAccount.objects.select_for_update().get(pk=account_id)
    permissions.correct_account(account)
    account.bank, account.holder = bank_name, holder
    account.iban, account.bic = _numbers(iban, bic)
    account.save(update_fields=["bank", "holder", "iban", "bic"])
    audit.record("bank.corrected", target=account, by=by, at=at)
    return account


def _numbers(iban: str, bic: str) -> tuple[str, str]:
    """The IBAN and the BIC, deduced when it is not given.

    :raises InvalidInput: naming the field.
    """
    try:
        number = read_iban(iban)
    except ValueError as error:
        raise InvalidInput(str(error), field="iban") from error
    try:
        return number, read_bic(bic or bic_of(number), iban=number)
    except ValueError as error:
        raise InvalidInput(str(error), field="bic") from error


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
) -> BankImport:
    """Keep a file of the bank and have it read aside; a table of an unknown bank waits.

    The balances, in cents, are those of the bank's paper when the format gives none.

    :raises InvalidInput: the file is empty or too heavy.
    """
    account = BankAccount.objects.select_for_update().get(pk=account_id)
    if not content.strip():
        raise InvalidInput("Ce fichier est vide.", field="file")
    if len(content) > bank.LARGEST_FILE:
        raise InvalidInput("Ce fichier dépasse 30 Mo : choisissez une période plus courte.",
                           field="file")  # fmt: skip
    is_table = bank.format_of(content) == "CSV"
    is_waiting = is_table and account.csv_mapping is None
    made = BankImport.objects.create(
        account=account,
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


@transaction.atomic
def save_mapping(
    *, import_id: int, mapping: bank.CsvMapping, closing: int | None, by: Person, at: datetime
) -> BankImport:
    """Keep what the columns of a bank hold, then read the file that waited for it.

    A table refused as it was read before, since the bank changed its columns, is read again.

    :raises ActionDenied: the file is no table, or was read.
    :raises InvalidInput: the first lines of the file cannot be read so.
    """
    made = BankImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    permissions.map_import(made)
    with storage.opened(made.key) as stored:
        content = stored.read()
    try:
        bank.preview(content, mapping)
    except bank.StatementRefused as refusal:
        raise InvalidInput(str(refusal)) from refusal
    account = BankAccount.objects.select_for_update().get(pk=made.account_id)
    account.csv_mapping = asdict(mapping)
    account.save(update_fields=["csv_mapping"])
    made.is_waiting, made.refusal, made.finished_at = False, "", None
    made.closing = closing if closing is not None else made.closing
    made.save(update_fields=["is_waiting", "refusal", "finished_at", "closing"])
    audit.record("bank.mapping_saved", target=account, by=by, at=at)
    enqueue("funds.read_statement", key=f"{made.pk}:{at.isoformat()}", import_id=made.pk)
    return made


@transaction.atomic
def read_import(*, import_id: int, at: datetime) -> BankImport:
    """Read, prove and add a file whole, or keep the reason why not; called again, nothing more.

    The lines that the account holds already are left out.
    """
    made = BankImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if made.finished_at or made.statement_id or made.is_waiting:
        return made
    account = BankAccount.objects.select_for_update().get(pk=made.account_id)
    with storage.opened(made.key) as stored:
        content = stored.read()
    try:
        statement, others = _of_account(content, account, closing=made.closing)
        new = _new_lines(account, statement)
        known = queries.known_of(account)
        bank.check_opening(statement, on_paper=made.opening, is_first=known is None)
        bank.check_chain(statement, [line for _, line in new], known)
    except bank.StatementRefused as refusal:
        made.refusal, made.finished_at = str(refusal)[:600], at
        made.save(update_fields=["refusal", "finished_at"])
        audit.record("bank.import_refused", target=made, by=made.asked_by, at=at)
        return made
    made.known = len(statement.lines) - len(new)
    if new or queries.last_statement(account) is None:
        made.statement = _add(account, statement, new, by=made.asked_by, at=at)
    made.steps, made.others = len(new), _named(others)[:300]
    if not new:
        made.finished_at = at
    made.save(update_fields=["known", "statement", "steps", "others", "finished_at"])
    audit.record("bank.imported", target=made, by=made.asked_by, at=at, lines=len(new))
    return made


def _of_account(
    content: bytes, account: BankAccount, *, closing: int | None
) -> tuple[bank.Statement, list[str]]:
    """The statement of an account, and the other accounts of the file.

    :raises StatementRefused: the file is of other accounts.
    """
    mapping = bank.CsvMapping(**account.csv_mapping) if account.csv_mapping else None
    statements = bank.read_statements(content, mapping=mapping, closing=closing)
    for statement in statements:
        if not statement.account or bank.same_account(statement.account, account.iban):
            return statement, [one.account for one in statements if one is not statement]
    raise bank.StatementRefused(
        f"Ce fichier est celui d'un autre compte (finissant par {statements[0].account[-4:]}). "
        "Rien n'a été importé : choisissez le compte auquel il appartient."
    )


def _named(numbers: list[str]) -> str:
    """Other accounts, as people know them."""
    ours = list(BankAccount.objects.all())
    known = (
        next((str(one) for one in ours if bank.same_account(number, one.iban)), number[-4:])
        for number in numbers
    )
    return " ; ".join(known)


def _new_lines(
    account: BankAccount, statement: bank.Statement
) -> list[tuple[tuple[str, int], bank.Line]]:
    """The lines that the account does not hold yet, with the key of each (I10)."""
    keyed = [((_digest(line.identity), line.occurrence), line) for line in statement.lines]
    known = set(
        account.lines.filter(identity__in={identity for (identity, _), _ in keyed}).values_list(
            "identity", "occurrence"
        )
    )
    return [(key, line) for key, line in keyed if key not in known]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _add(
    account: BankAccount,
    statement: bank.Statement,
    new: list[tuple[tuple[str, int], bank.Line]],
    *,
    by: Person,
    at: datetime,
) -> BankStatement:
    previous = queries.last_statement(account)
    first = min((line.booked_on for _, line in new), default=statement.since)
    added = BankStatement.objects.create(
        account=account,
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
