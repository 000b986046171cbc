"""What may be done with an evaluation report."""

from datetime import date

from django.http import HttpRequest

from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.documents.models import GeneratedDocument
from basins.access import allows
from steering.models import EvaluationReport


def reads_report(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The documents of a report exist once it is published: whoever reads reports reads them."""
    return allows(request.roles, "report.read")


@check
def prepare(year: int, as_of: date, *, on: date, first: int) -> None:
    """Take the figures of a year of the basin that has begun, on a day that is not to come."""
    if year < first:
        raise ActionDenied(
            f"Le bassin n'existait pas en {year} : son premier rapport est celui de {first}."
        )
    if as_of > on:
        raise ActionDenied(f"Les chiffres s'arrêtent au plus tard aujourd'hui, {short_date(on)}.")
    if as_of < date(year, 1, 1):
        raise ActionDenied(f"Au {short_date(as_of)}, l'année {year} n'avait pas commencé.")


@check
def publish(report: EvaluationReport) -> None:
    """Publish once."""
    if report.published_at is not None:
        raise ActionDenied(f"Le rapport {report.year} est déjà publié.")
