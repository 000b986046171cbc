"""What an accountant looks at before a period closes: what is left to explain or to book."""

from collections.abc import Iterator
from datetime import date

from alize.common.dates import short_date
from alize.common.money import format_euros
from funds.enums import AccountKey
from funds.models import BankAccount
from funds.queries.bank import last_statement, open_lines
from funds.queries.ledger import balances
from funds.queries.numbers import followed_numbers
from funds.queries.provision import provision_on
from funds.queries.reconciliation import reconciliation

_SUSPENSE = {
    AccountKey.UNIDENTIFIED: "471 du compte des avances",
    AccountKey.OPS_UNIDENTIFIED: "472 du compte de fonctionnement",
}
_LIAISON = {
    AccountKey.FUND_LIAISON: "580F",
    AccountKey.OPS_LIAISON: "580O",
}


def left_before_closing(on: date) -> list[str]:
    """What is not settled at the end of a day, in sentences; nothing when the books are ready."""
    return [*_at_the_bank(on), *_in_the_accounts(on)]


def _at_the_bank(on: date) -> Iterator[str]:
    for account in BankAccount.objects.order_by("perimeter"):
        name = account.get_perimeter_display().lower()
        for number in followed_numbers(account, on):
            last = last_statement(number)
            if last is None:
                yield f"Aucun relevé n'est importé sur le compte « {name} » ({number})."
            elif last.until < on:
                yield (
                    f"Les relevés du compte « {name} » ({number}) s'arrêtent au "
                    f"{short_date(last.until)}."
                )
        if waiting := open_lines(account).filter(booked_on__lte=on).count():
            some = "s" if waiting > 1 else ""
            yield (f"{waiting} opération{some} bancaire{some} du compte « {name} » à rapprocher.")
        yield from _apart(account, name, on)


def _apart(account: BankAccount, name: str, on: date) -> Iterator[str]:
    """What parts the ledger from the bank that day, beyond the lines to reconcile."""
    found = reconciliation(account, on=on)
    if found is None:
        return
    if unseen := found.entries.count():
        some = "s" if unseen > 1 else ""
        yield (
            f"{unseen} écriture{some} du compte « {name} » absente{some} des relevés : à vérifier "
            "sur l'état de rapprochement."
        )
    if found.unexplained:
        yield (
            f"Rien n'explique {format_euros(abs(found.unexplained))} de la différence entre la "
            f"banque et la comptabilité du compte « {name} »."
        )


def _in_the_accounts(on: date) -> Iterator[str]:
    held = balances(on=on)
    for key, name in _SUSPENSE.items():
        if held[key]:
            yield f"Le compte {name} garde {format_euros(abs(held[key]))} à identifier."
    for key, name in _LIAISON.items():
        if held[key]:
            yield (
                f"Le compte de liaison {name} n'est pas soldé : {format_euros(abs(held[key]))} "
                "restent à passer d'un compte à l'autre."
            )
    if change := provision_on(on).change:
        what = "à inscrire" if change > 0 else "à reprendre"
        yield f"La provision proposée à cette date diffère de {format_euros(abs(change))}, {what}."
