"""The lists of the committee."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from alize.common.addresses import basin_reverse
from alize.common.screen import Badge, Link
from alize.common.tables import BadgeColumn, DateColumn, List, NumberColumn
from committees.models import Condition
from committees.queries.meetings import MeetingRow, page_of


class MeetingTable(List):
    """Les séances d'une année."""

    number = tables.Column(verbose_name="Séance")
    held_on = DateColumn(verbose_name="Date")
    status = BadgeColumn(verbose_name="État", orderable=False)
    items = NumberColumn(verbose_name="Dossiers", total=True)
    approved = NumberColumn(verbose_name="Agréés", total=True)

    caption = "Séances de l'année"
    noun = "séance"
    nothing_yet = "Aucune séance cette année"
    comes_from = "L'opérateur planifie la première."

    class Meta:
        empty_text = "Aucune séance cette année"
        order_by = "-held_on"

    def render_number(self, value: str, record: MeetingRow) -> str:
        words = f"{value}, consultation écrite" if record.meeting.is_written else value
        if record.is_closed_to_reader:
            return words
        return format_html('<a href="{}">{}</a>', page_of(record.meeting), words)

    def value_number(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class ConditionRow:
    """A condition to lift, its state, what its reader may do."""

    condition: Condition
    state: Badge
    acts: Callable[[], Sequence[Link]]
    """Asked of the lines that are shown alone."""


class ConditionTable(List):
    """Conditions à lever."""

    caption = "Conditions à lever"
    noun = "condition"
    nothing_yet = "Aucune condition à lever"
    comes_from = "Les conditions posées par le comité apparaîtront ici jusqu'à leur levée."

    company = tables.Column(
        verbose_name="Entreprise",
        accessor="condition__decision__project__beneficiary__name",
        linkify=lambda record: basin_reverse(
            "decision_detail", reference=record.condition.decision.reference
        ),
    )
    text = tables.Column(verbose_name="Condition", accessor="condition__text", orderable=False)
    kind = tables.Column(verbose_name="Nature", accessor="condition__get_kind_display")
    due_on = DateColumn(verbose_name="Avant le", accessor="condition__due_on")
    owner = tables.Column(verbose_name="À la charge de", accessor="condition__owner")
    proof = tables.Column(
        verbose_name="Justificatif attendu",
        accessor="condition__proof_expected",
        orderable=False,
    )
    state = BadgeColumn(verbose_name="État", orderable=False, attrs={"td": {"class": "nowrap"}})
    acts = tables.Column(
        verbose_name="À faire", orderable=False, empty_values=(), exclude_from_export=True
    )

    class Meta:
        empty_text = "Aucune condition ne correspond"
        default = ""

    def render_acts(self, record: ConditionRow) -> str:
        """Each act a link that says of which condition."""
        return format_html_join(
            " ",
            '<a class="btn btn-secondary btn-sm" href="{}">{}'
            '<span class="visually-hidden"> : {}</span></a>',
            ((act.url, act.label, record.condition.text) for act in record.acts()),
        )
