"""How the bank and the ledger agree, as people read it: the balances and what parts them."""

from typing import Any

from alize.common.screen import Badge
from funds.foresight.screen import SumLine
from funds.queries.reconciliation import ReconciliationStatement


def differences(found: ReconciliationStatement) -> list[tuple[str, int]]:
    """What the bank holds more than the ledger, reason by reason, in cents; those that count."""
    terms = [
        ("À la banque, pas encore en comptabilité", found.lines_left),
        ("En comptabilité, pas encore à la banque", -found.unseen),
        ("Avant le premier relevé", found.before),
        ("Passé en comptabilité après ce jour, sur une période ouverte", found.booked_later),
        ("Que rien n'explique", found.unexplained),
    ]
    return [(label, cents) for label, cents in terms if cents]


def reconciliation_sum(found: ReconciliationStatement) -> list[SumLine]:
    """From the balance of the bank to that of the ledger, term by term."""
    return [
        SumLine("Solde à la banque", found.closing),
        *(SumLine(label, -cents) for label, cents in differences(found)),
        SumLine("Solde en comptabilité", found.ledger, is_total=True),
    ]


def unseen_rows(found: ReconciliationStatement) -> list[dict[str, Any]]:
    """The entries that no line of the day shows, each with its number."""
    return [
        {
            "value_on": entry.value_on,
            "number": str(entry),
            "label": entry.label,
            "left": entry.left,
        }
        for entry in found.entries
    ]


def gap_badge(found: ReconciliationStatement) -> Badge:
    """Whether both balances are the same or, if not, whether all of it has its reason."""
    if not found.difference:
        return Badge("Les deux soldes concordent", "done")
    return (
        Badge("Différence expliquée", "info")
        if not found.unexplained
        else Badge("À vérifier", "attention")
    )
