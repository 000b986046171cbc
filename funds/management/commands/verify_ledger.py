"""`manage.py verify_ledger`: proves the entries, their chain and their figures, by basin."""

from collections.abc import Sequence

from basins.management.verification import VerificationCommand
from funds.queries import verification


class Command(VerificationCommand):
    help = (
        "Recompte chaque écriture, sa chaîne et ses numéros, les avances, les deux comptes et "
        "l'identité du fonds ; dit où quelque chose a changé."
    )
    counted = "écritures vérifiées"
    source = "dans le grand livre"

    def verify(self) -> tuple[int, Sequence[object]]:
        report = verification.verify()
        return report.entries, report.findings
