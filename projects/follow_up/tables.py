"""The grid: supported companies by follow-up reviews (journeys.md O7)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import NO_BREAK_SPACE, format_euros
from alize.common.tables import NUMBER, EurosColumn, List
from alize.common.templatetags.alize import number
from projects.enums import FOLLOW_UP_MONTHS
from projects.follow_up.queries import Followed
from projects.follow_up.screen import BADGES, SITUATIONS
from projects.rules import plain


class PointColumn(tables.Column):
    """One review: an icon above its word."""

    def __init__(self, month: int) -> None:
        self.month = month
        super().__init__(
            verbose_name=f"M+{month}",
            accessor="points",
            orderable=False,
            empty_values=(),
            attrs={"td": {"class": "point"}, "th": {"class": "point"}},
        )

    def render(self, record: dict[str, Any]) -> str:
        line: Followed = record["line"]
        if self.month not in line.points:
            return ""
        review = line.reviews[self.month]
        given = review.submitted_at is not None
        return render_to_string(
            "projects/follow_up/point.html",
            {
                "badge": BADGES[line.points[self.month]],
                "review": review,
                "url": basin_reverse("review_detail", review_id=review.pk) if given else "",
            },
        )

    def value(self, record: dict[str, Any]) -> str:
        line: Followed = record["line"]
        return BADGES[line.points[self.month]].label if self.month in line.points else ""


class OutOfColumn(tables.Column):
    """What is seen out of what was promised: « 3 / 5 »; a spreadsheet has a column for each."""

    def __init__(self, seen: str, promised: str, **kwargs: Any) -> None:
        self.seen, self.promised = seen, promised
        super().__init__(
            **{
                "attrs": NUMBER,
                "exclude_from_export": True,
                "empty_values": (),
                "footer": self._total,
            }
            | kwargs
        )

    def render(self, record: dict[str, Any]) -> str:
        return self._out_of(record[self.seen], record[self.promised])

    def _total(self, table: Any) -> str:
        """All its rows added up, whatever the page; what nobody has seen adds nothing."""
        records = [row.record for row in table.rows]
        seen, promised = (
            sum(record[name] or 0 for record in records) for name in (self.seen, self.promised)
        )
        return self._out_of(seen, promised)

    def _out_of(self, seen: Any, promised: Any) -> str:
        return f"{number(seen)}{NO_BREAK_SPACE}/{NO_BREAK_SPACE}{number(promised)}"


def _point_columns() -> list[tuple[str, PointColumn]]:
    return [(f"m{month}", PointColumn(month)) for month in FOLLOW_UP_MONTHS]


class FollowUpTable(List):
    """Suivi : one line a company."""

    caption = "Entreprises suivies"
    noun = "entreprise"
    nothing_yet = "Aucune entreprise suivie pour l'instant"
    comes_from = "Une entreprise y entre quand son accompagnement commence, sa convention signée."

    company = tables.Column(verbose_name="Entreprise", order_by="sorted_as")
    jobs = OutOfColumn("jobs_seen", "jobs_planned", verbose_name="Emplois", accessor="jobs_seen")
    days = OutOfColumn("days_done", "days_contracted", verbose_name="Jours", accessor="days_done")
    due_on = tables.Column(verbose_name="Prochaine échéance", empty_values=(None,))
    word = tables.Column(verbose_name="Dernier mot", orderable=False)

    reference = tables.Column(verbose_name="Dossier", visible=False)
    lead = tables.Column(verbose_name="Mandataire", visible=False)
    labelled_on = tables.Column(verbose_name="Labellisée le", visible=False)
    jobs_planned = tables.Column(verbose_name="Emplois prévus (ETP)", visible=False)
    jobs_seen = tables.Column(verbose_name="Emplois constatés (ETP)", visible=False)
    days_contracted = tables.Column(verbose_name="Jours contractualisés", visible=False)
    days_done = tables.Column(verbose_name="Jours réalisés", visible=False)
    due = EurosColumn(verbose_name="Montant de la prochaine échéance", visible=False)
    situation = tables.Column(verbose_name="Situation", visible=False)

    class Meta:
        attrs = {"class": "table-scroll list-compact follow-up"}
        sequence = ("company", *(f"m{month}" for month in FOLLOW_UP_MONTHS), "...")
        order_by = "company"
        empty_text = "Aucune entreprise ne correspond"

    def __init__(self, lines: Iterable[Followed], **kwargs: Any) -> None:
        rows = [_row(line) for line in lines]
        super().__init__(rows, extra_columns=_point_columns(), **kwargs)

    def render_company(self, record: dict[str, Any]) -> str:
        return render_to_string("projects/follow_up/company.html", {"line": record["line"]})

    def value_company(self, value: str) -> str:
        return value

    def render_due_on(self, value: date, record: dict[str, Any]) -> str:
        return f"{format_euros(record['due'])} le {short_date(value)}"

    def value_due_on(self, value: date) -> date:
        return value

    def render_word(self, record: dict[str, Any]) -> str:
        last = record["line"].last
        badge = last and SITUATIONS[last.situation]
        return render_to_string("projects/follow_up/word.html", {"last": last, "badge": badge})

    def value_word(self, value: str) -> str:
        return value


def _row(line: Followed) -> dict[str, Any]:
    project, last, owed = line.project, line.last, line.instalment
    return {
        "line": line,
        "company": project.beneficiary.name,
        "sorted_as": plain(project.beneficiary.name),
        "reference": project.reference,
        "lead": str(project.follow_up_lead),
        "labelled_on": project.labelled_on,
        "jobs_planned": line.jobs_planned,
        "jobs_seen": line.jobs_seen,
        "days_contracted": line.days_contracted,
        "days_done": line.days_done,
        "due_on": owed.on if owed else None,
        "due": owed.amount if owed else None,
        "situation": last.get_situation_display() if last else "",
        "word": last.comment if last else "",
        "points": Decimal(0),
    }
