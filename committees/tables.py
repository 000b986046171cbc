"""The lists of the committee."""

import django_tables2 as tables
from django.utils.html import format_html

from alize.common.tables import BadgeColumn, DateColumn, NumberColumn
from committees.queries.meetings import MeetingRow, page_of


class MeetingTable(tables.Table):
    """Les séances d'une année."""

    number = tables.Column(verbose_name="Séance")
    held_on = DateColumn(verbose_name="Date")
    status = BadgeColumn(verbose_name="État", orderable=False)
    items = NumberColumn(verbose_name="Dossiers", total=True)
    approved = NumberColumn(verbose_name="Agréés", total=True)

    caption = "Séances de l'année"
    noun = "séance"
    empty_link = None

    class Meta:
        empty_text = "Aucune séance cette année. L'opérateur planifie la première."
        order_by = "-held_on"

    def render_number(self, value: str, record: MeetingRow) -> str:
        words = f"{value}, consultation écrite" if record.meeting.is_written else value
        if record.is_closed_to_reader:
            return words
        return format_html('<a href="{}">{}</a>', page_of(record.meeting), words)
