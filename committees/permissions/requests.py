"""Ask the committee about an advance already paid (funds.md 2.5)."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import APPROVALS
from committees.models import Decision


@check
def ask_about_advance(approval: Decision, *, pending: bool) -> None:
    """About an advance that a standing decision gave and a convention covers, once at a time."""
    if approval.outcome not in APPROVALS or not approval.amount:
        raise ActionDenied("Cette décision n'accorde pas d'avance.")
    if not approval.stands:
        raise ActionDenied("Cette décision ne vaut plus : elle ne porte plus d'avance.")
    if approval.project.labelled_on is None:
        raise ActionDenied(
            "La convention n'est pas signée : le comité peut délibérer à nouveau sur le dossier "
            "lui-même."
        )
    if pending:
        raise ActionDenied("Le comité est déjà saisi d'une demande sur cette avance.")
