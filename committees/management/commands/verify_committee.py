"""`manage.py verify_committee`: proves votes, results, decisions and minutes, basin by basin."""

from collections.abc import Sequence

from basins.management.verification import VerificationCommand
from committees.queries import verification


class Command(VerificationCommand):
    help = (
        "Recompte chaque scrutin clos et compare bulletins, résultats, présences, décisions et "
        "procès-verbaux avec le journal scellé ; dit où quelque chose a changé, dans le journal du "
        "réseau aussi."
    )
    counted = "scrutins vérifiés"
    source = "avec le journal scellé"

    def verify(self) -> tuple[int, Sequence[object]]:
        report = verification.verify()
        return report.ballots, report.findings

    def verify_network(self) -> Sequence[object]:
        return list(verification.journal_chain())
