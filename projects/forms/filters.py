"""Search and filters of the pipeline, kept in the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from alize.accounts.models import Person
from projects.enums import STAGES, Category, ProjectStatus, Stage
from projects.models import Project
from projects.queries import matching


def _statuses() -> list[tuple[str, list[tuple[str, str]]]]:
    """The statuses by stage; a stage of several may be chosen whole."""
    return [
        (
            str(stage.label),
            [
                *([(stage.name.lower(), f"{stage.label} : tous")] if len(statuses) > 1 else []),
                *((one.value, str(one.label)) for one in ProjectStatus if one in statuses),
            ],
        )
        for stage, statuses in STAGES.items()
    ]


class ProjectFilter(django_filters.FilterSet):
    """Filtrer les dossiers."""

    q = django_filters.CharFilter(
        label="Rechercher",
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Nom, référence, SIRET"}),
    )
    status = django_filters.ChoiceFilter(
        label="État", choices=_statuses, empty_label="Tous", method="at_status"
    )
    category = django_filters.ChoiceFilter(
        label="Catégorie", choices=Category.choices, empty_label="Toutes"
    )
    operator = django_filters.ModelChoiceFilter(
        label="Suivi par", queryset=Person.objects.none(), empty_label="Tous"
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operators = Project.objects.order_by().values("operator_id")
        self.filters["operator"].queryset = Person.objects.filter(pk__in=operators)

    def search(self, projects: QuerySet[Project], _name: str, words: str) -> QuerySet[Project]:
        return matching(projects, words)

    def at_status(self, projects: QuerySet[Project], _name: str, chosen: str) -> QuerySet[Project]:
        if chosen in ProjectStatus.values:
            return projects.filter(status=chosen)
        return projects.filter(status__in=STAGES[Stage[chosen.upper()]])
