"""The lists of reminders: those to send, those that were sent."""

import django_tables2 as tables

from alize.common.tables import BadgeColumn, DateColumn, EurosColumn, List, ReferenceColumn


class DueTable(List):
    """Relances à envoyer."""

    caption = "Relances à envoyer"
    noun = "relance"

    choice = tables.TemplateColumn(
        verbose_name="Choisir",
        template_name="funds/reminder_choice.html",
        orderable=False,
        exclude_from_export=True,
    )
    company = tables.Column(
        verbose_name="Entreprise", orderable=False, linkify=lambda record: record.url
    )
    reference = ReferenceColumn(verbose_name="Avance", orderable=False)
    due_on = DateColumn(verbose_name="Échéance", orderable=False)
    amount = EurosColumn(verbose_name="Reste dû", orderable=False, total=True)
    delay = tables.Column(verbose_name="Retard", orderable=False)
    step = BadgeColumn(verbose_name="À envoyer", orderable=False)
    act = tables.TemplateColumn(
        verbose_name="Une seule",
        template_name="funds/reminder_act.html",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        empty_text = "Aucune relance n'est à envoyer aujourd'hui"


class SentTable(List):
    """Relances envoyées pour une avance."""

    caption = "Relances"
    noun = "relance"

    step = BadgeColumn(verbose_name="Relance", orderable=False)
    due_on = DateColumn(verbose_name="Échéance", orderable=False)
    amount = EurosColumn(verbose_name="Reste dû alors", orderable=False)
    sent = tables.Column(verbose_name="Envoyée par", orderable=False)
    to = tables.Column(verbose_name="Adressée à", orderable=False)
    act = tables.TemplateColumn(
        verbose_name="Lettre",
        template_name="funds/aid_act.html",
        orderable=False,
        exclude_from_export=True,
    )
