"""The five minutes of the follow-up lead, and the filters of the grid."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from alize.accounts.models import Person
from alize.common.dates import short_date
from alize.common.forms import CommandKeyField, DaysField, HeadcountField
from alize.documents.fields import TextField
from projects.enums import SUPPORTED, Situation, Usefulness
from projects.follow_up import queries
from projects.follow_up.rules import PointState
from projects.models import FollowUpReview, Project
from projects.operations import Answer

NEED_LENGTH = 200
"""As long as a file says its need."""


class OpinionForm(forms.Form):
    """Avis du dirigeant : one question, and a few words if one wishes."""

    usefulness = forms.ChoiceField(
        label="L'accompagnement vous est-il utile ?",
        choices=Usefulness.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    comment = TextField(
        label="En quelques mots",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui vous a aidé, ce qui a manqué.",
    )


class ReviewForm(forms.Form):
    """Point de suivi : starts from what was last known, never from zero."""

    situation = forms.ChoiceField(
        label="Comment va l'entreprise ?",
        choices=Situation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une situation."},
    )
    comment = TextField(
        label="En quelques lignes",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui avance, ce qui bloque.",
        error_messages={"required": "Écrivez une phrase : elle sera lue par le comité."},
    )
    jobs_created = HeadcountField(
        label="Emplois créés constatés",
        help_text="Depuis la signature, en équivalents temps plein : présents aujourd'hui "
        "grâce au projet.",
        error_messages={"required": "Indiquez les emplois constatés, zéro compris."},
    )
    jobs_retained = HeadcountField(
        label="Emplois maintenus",
        required=False,
        help_text="Ceux qui étaient menacés et sont encore là. Laissez vide si vous ne savez pas.",
    )
    days_done = DaysField(
        label="Jours de compétences réalisés",
        required=False,
        help_text="Depuis la signature, toutes entreprises partenaires comprises.",
    )
    needs_help = forms.BooleanField(
        label="Besoin d'une nouvelle intervention ?",
        required=False,
        help_text="Cochez si le comité doit examiner un nouvel appui.",
    )
    help_wanted = TextField(
        label="Laquelle",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="En une phrase : ce qui aiderait l'entreprise.",
    )
    help_wanted.optional = "si la case est cochée"

    @staticmethod
    def starting_from(last: FollowUpReview | None) -> dict[str, Any]:
        """What was last known of the company."""
        if last is None:
            return {}
        return {
            name: getattr(last, name) for name in ("jobs_created", "jobs_retained", "days_done")
        }

    def clean(self) -> dict[str, Any]:
        """A request for help says which."""
        cleaned = super().clean()
        if cleaned.get("needs_help") and not cleaned.get("help_wanted"):
            self.add_error("help_wanted", "Dites en une phrase ce qui aiderait l'entreprise.")
        return cleaned

    def answer(self) -> Answer:
        """What was typed, as the operation takes it."""
        given = dict(self.cleaned_data)
        if not given["needs_help"]:
            given["help_wanted"] = ""
        return Answer(**given)


class InterventionForm(forms.Form):
    """Répondre à une demande d'intervention : a file for the committee, or why there is none."""

    OPEN, DECLINE = "OPEN", "DECLINE"
    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=(
            (OPEN, "Ouvrir un dossier pour cette entreprise, que le comité examinera"),
            (DECLINE, "Laisser la demande sans suite"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    need = TextField(
        label="Besoin en une ligne",
        max_length=NEED_LENGTH,
        required=False,
        help_text="À remplir si vous ouvrez un dossier. La demande y est reprise.",
    )
    reason = TextField(
        label="Pourquoi sans suite",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le mandataire et les membres du comité lisent cette raison.",
    )

    def __init__(self, *args: Any, review: FollowUpReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].initial = shorten(review.help_wanted, NEED_LENGTH, placeholder=" …")
        # Each answer asks for one of them: neither is optional by itself.
        self.fields["need"].wanted = self.fields["reason"].wanted = True

    def clean(self) -> dict[str, Any]:
        """A file says what for, a refusal says why."""
        cleaned = super().clean()
        if cleaned.get("answer") == self.OPEN and not cleaned.get("need"):
            self.add_error("need", "Dites en une ligne ce que le nouveau dossier demande.")
        if cleaned.get("answer") == self.DECLINE and not cleaned.get("reason"):
            self.add_error("reason", "Dites pourquoi la demande reste sans suite.")
        return cleaned


class RemindForm(forms.Form):
    """The reviews to remind of, all of them unless told otherwise; counts once."""

    reviews = forms.ModelMultipleChoiceField(
        label="Points de suivi à relancer",
        queryset=FollowUpReview.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un point de suivi."},
    )
    command_key = CommandKeyField()

    def __init__(self, *args: Any, reviews: Sequence[FollowUpReview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reviews"]
        known = FollowUpReview.objects.filter(pk__in=[review.pk for review in reviews])
        field.queryset = known.order_by("due_on", "pk").select_related(
            "project__beneficiary", "project__follow_up_lead"
        )
        field.label_from_instance = _reminded
        field.initial = [review.pk for review in reviews]


def _reminded(review: FollowUpReview) -> str:
    project = review.project
    return (
        f"{project.beneficiary}, M+{review.month}, attendu le {short_date(review.due_on)} "
        f"({project.follow_up_lead})"
    )


class FollowUpFilter(django_filters.FilterSet):
    """Recherche, mandataire, état des points, dossiers en cours ou tous."""

    STATES = (("late", "Un point en retard"), ("due", "Un point dû"))
    SCOPES = (("all", "Clos compris"),)

    q = django_filters.CharFilter(label="Entreprise ou référence", method="search")
    mandataire = django_filters.ModelChoiceFilter(
        label="Mandataire", queryset=Person.objects.none(), field_name="follow_up_lead"
    )
    etat = django_filters.ChoiceFilter(
        label="Points de suivi", choices=STATES, method="with_point", empty_label="Tous"
    )
    dossiers = django_filters.ChoiceFilter(
        label="Dossiers", choices=SCOPES, method="within", empty_label="En accompagnement"
    )

    class Meta:
        model = Project
        fields = ()

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.filters["mandataire"].queryset = queries.leads()
        self.filters["mandataire"].extra["empty_label"] = "Tous"

    def filter_queryset(self, queryset: QuerySet[Project]) -> QuerySet[Project]:
        """Closed projects only when they are asked for."""
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("dossiers")
        return found if asked == "all" else found.filter(status__in=SUPPORTED)

    def search(self, queryset: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        return queryset.filter(
            Q(beneficiary__name__icontains=value) | Q(reference__icontains=value)
        )

    def with_point(self, queryset: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        state = PointState.LATE if value == "late" else PointState.DUE
        return queryset.filter(queries.in_state(state, on=self.on))

    def within(self, queryset: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        return queryset
