"""The reports of a basin: the published ones, the one under way."""

from alize.documents.models import GeneratedDocument
from alize.seals.queries import sealed_copy
from basins.models import Basin
from steering.models import EvaluationReport


def published(year: int) -> EvaluationReport | None:
    """The last version published for a year, with its documents."""
    return (
        EvaluationReport.objects.filter(year=year, published_at__isnull=False)
        .select_related("document", "spreadsheet", "published_by")
        .order_by("-version")
        .first()
    )


def file_of(report: EvaluationReport) -> GeneratedDocument | None:
    """The PDF to give: sealed as soon as it is."""
    if report.document is None:
        return None
    return sealed_copy(report.document) or report.document


def latest_published() -> list[EvaluationReport]:
    """The last version published for each year, the latest year first."""
    return list(
        EvaluationReport.objects.filter(published_at__isnull=False)
        .select_related("document", "spreadsheet", "published_by")
        .order_by("-year", "-version")
        .distinct("year")
    )


def under_way(year: int) -> EvaluationReport | None:
    """The preview of a year that waits to be published."""
    return EvaluationReport.objects.filter(year=year, published_at=None).first()


def first_year(basin: Basin, *, on_year: int) -> int:
    """The first year of a basin: of its first convention, or of its installation, or this one."""
    since = basin.first_convention_on or basin.installed_on
    return min(since.year, on_year) if since else on_year


def next_year(basin: Basin, *, on_year: int) -> int:
    """The year to report on: last year until its report is published, then this one."""
    year = on_year if published(on_year - 1) else on_year - 1
    return max(year, first_year(basin, on_year=on_year))
