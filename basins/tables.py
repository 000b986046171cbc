"""The lists of a basin itself."""

import json
from datetime import UTC, datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alize.audit.models import AuditEvent
from alize.common.dates import clock_time, long_datetime, short_date
from alize.common.tables import BadgeColumn, DateColumn, List, NumberColumn
from alize.common.templatetags.alize import unbroken
from basins.downloads import Work
from basins.journal import events


class WorkTable(List):
    """Mes téléchargements, the latest first."""

    label = tables.Column(verbose_name="Demande", orderable=False)
    asked_at = tables.Column(verbose_name="Faite", orderable=False)
    state = BadgeColumn(verbose_name="État", orderable=False)
    links = tables.Column(verbose_name="Résultat", orderable=False, empty_values=())
    until = DateColumn(verbose_name="Dans cette liste jusqu'au", orderable=False)

    caption = "Mes téléchargements"
    noun = "demande"

    class Meta:
        empty_text = (
            "Rien ces trente derniers jours : dossiers de séance, rapports et relevés à importer "
            "viennent ici dès que vous les demandez."
        )

    def render_label(self, value: str) -> SafeString:
        # One piece of a cell, which a phone lays out piece by piece.
        return format_html("<span>{}</span>", unbroken(value))

    def render_asked_at(self, value: datetime) -> str:
        return long_datetime(value)

    def render_state(self, record: Work, column: BadgeColumn) -> SafeString:
        """With how far it is, once that is known."""
        drawn = column.render(record.state)
        if record.progress is None or not record.progress.total:
            return drawn
        return format_html(
            '{} <span class="num">{}/{}</span>', drawn, record.progress.done, record.progress.total
        )

    def render_links(self, record: Work) -> str:
        links = [(link.url, link.label, record.label) for link in record.links]
        drawn = format_html_join(
            " · ", '<a href="{}">{}<span class="visually-hidden"> : {}</span></a>', links
        )
        return format_html("<span>{}</span>", drawn) if drawn else "—"


class EventTable(List):
    """Journal, the latest event first; a spreadsheet holds what the chain is made of as well."""

    sequence = NumberColumn(verbose_name="N°")
    at = tables.Column(verbose_name="Quand", orderable=False)
    who = tables.Column(verbose_name="Qui", orderable=False, empty_values=())
    type = tables.Column(verbose_name="Acte", orderable=False)
    target = tables.Column(verbose_name="Sur quoi", orderable=False, empty_values=())
    code = tables.Column(verbose_name="Code", accessor="type", visible=False)
    facts = tables.Column(verbose_name="Détail", visible=False, empty_values=())
    digest = tables.Column(verbose_name="Empreinte", visible=False)

    caption = "Journal"
    noun = "événement"
    nothing_yet = "Aucun événement pour l'instant"
    comes_from = "Un acte y entre dès qu'il est fait."

    class Meta:
        empty_text = "Aucun événement ne correspond"

    def render_at(self, value: datetime) -> str:
        local = timezone.localtime(value)
        return f"{short_date(local.date())} à {clock_time(value)}"

    def value_at(self, value: datetime) -> str:
        """To the second, in universal time, as the chain holds it."""
        return value.astimezone(UTC).isoformat(timespec="seconds")

    def render_who(self, value: str | None) -> str:
        return value or events.NO_ACCOUNT

    def render_type(self, record: AuditEvent) -> str:
        return events.act_of(record)

    def render_target(self, record: AuditEvent) -> str:
        return events.target_of(record)

    def value_facts(self, value: dict[str, Any]) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
