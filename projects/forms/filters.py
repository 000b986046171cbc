"""Search and filters of the pipeline, kept in the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from alize.accounts.models import Person
from projects.enums import STAGES, Category, ProjectStatus, Stage
from projects.models import Project
from projects.queries import matching


class ProjectFilter(django_filters.FilterSet):
    """Filtrer les dossiers."""

    q = django_filters.CharFilter(
        label="Rechercher",
        method="search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Entreprise, référence, SIRET, dirigeant"}
        ),
    )
    stage = django_filters.ChoiceFilter(
        label="Étape", choices=Stage.choices, empty_label="Toutes", method="at_stage"
    )
    status = django_filters.ChoiceFilter(
        label="État", choices=ProjectStatus.choices, empty_label="Tous"
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

    def at_stage(self, projects: QuerySet[Project], _name: str, stage: str) -> QuerySet[Project]:
        return projects.filter(status__in=STAGES[Stage(stage)])
