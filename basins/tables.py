"""The lists of a basin itself."""

from datetime import datetime

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alize.common.dates import long_datetime
from alize.common.tables import BadgeColumn, DateColumn, List
from basins.downloads import Work


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
        return (
            format_html_join(
                " · ", '<a href="{}">{}<span class="visually-hidden"> : {}</span></a>', links
            )
            or "—"
        )
