"""What is typed about an advance."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet

from alize.common.dates import PARIS, long_datetime, short_date
from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from alize.documents.fields import TextField
from committees.enums import AdvanceMatter
from committees.models import Decision, Meeting
from committees.operations import InWriting
from funds import permissions
from funds.enums import ReversalCause, ScheduleReason
from funds.models import Advance
from funds.rules.planning import LONGEST, read_rows

CLOSES_AT = time(18)


class ReleaseForm(forms.Form):
    """What was shown before a payment is released."""

    seen = forms.CharField(widget=forms.HiddenInput)


class RowsField(forms.CharField):
    """A plan typed as lines « 15/01/2027 ; 500 », cleaned to days and cents."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> list[tuple[date, int]]:
        """Read each line; nothing typed is no line."""
        try:
            return read_rows(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class RequestAcceptedField(forms.ModelChoiceField):
    """A request that the committee accepted; while it accepted none, says what to do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Décision du comité", queryset=Decision.objects.none(), **kwargs)

    def offer(self, decisions: QuerySet[Decision]) -> None:
        """Choose among these."""
        self.queryset = decisions.select_related("item")
        if not decisions:
            self.help_text = (
                "Le comité n'a encore rien accepté de tel : saisissez-le d'abord, depuis la page "
                "de l'avance."
            )

    def label_from_instance(self, decision: Decision) -> str:
        day = short_date(decision.decided_on)
        return f"{decision.item.get_matter_display()}, {decision.reference} du {day}"


class PaymentForm(forms.Form):
    """Préparer un versement."""

    amount = EurosField(label="Montant à verser", positive=True)
    pay_on = FrenchDateField(label="Date du versement", help_text="L'échéancier part de ce jour.")
    first_due_on = FrenchDateField(
        label="Première échéance",
        required=False,
        help_text="Son mois suit le différé accordé. Choisissez-en le jour, celui de toutes les "
        "autres. Vide, c'est celui du versement.",
    )
    rows = RowsField(
        label="Échéancier irrégulier",
        required=False,
        help_text="Vide, l'échéancier suit les conditions accordées. Sinon une échéance par ligne, "
        "par exemple 15/01/2027 ; 500.",
    )
    command_key = CommandKeyField()


class RepaymentForm(forms.Form):
    """Enregistrer un remboursement."""

    amount = EurosField(label="Montant reçu", positive=True)
    value_on = FrenchDateField(
        label="Date de valeur", help_text="Le jour où l'argent est arrivé sur le compte."
    )
    command_key = CommandKeyField()


class ReversalForm(forms.Form):
    """Demander l'annulation d'une écriture."""

    value_on = FrenchDateField(
        label="Date de l'annulation",
        help_text="Le jour du rejet par la banque, ou celui de l'écriture si elle est fausse.",
    )
    cause = forms.ChoiceField(label="Cause", choices=ReversalCause.choices)
    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Ce que le second signataire financier doit savoir pour décider.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    command_key = CommandKeyField()


class RescheduleForm(forms.Form):
    """Rééchelonner, ou accorder un moratoire, as the committee decided."""

    decision = RequestAcceptedField()
    effective_on = FrenchDateField(label="Date d'effet")
    lines = forms.IntegerField(
        label="Nombre d'échéances",
        min_value=1,
        max_value=LONGEST,
        help_text="Ce qui reste dû s'y partage, la dernière prend le reste.",
    )
    first_due_on = FrenchDateField(
        label="Première échéance", help_text="Son jour est celui de toutes les autres."
    )
    step_months = forms.TypedChoiceField(
        label="Périodicité",
        coerce=int,
        choices=[(1, "Chaque mois"), (3, "Chaque trimestre"), (6, "Chaque semestre")],
    )
    rows = RowsField(
        label="Échéancier irrégulier",
        required=False,
        help_text="Vide, l'échéancier suit les réponses ci-dessus. Sinon une échéance par ligne, "
        "par exemple 15/01/2027 ; 500 : le total est ce qui reste dû.",
    )
    note = TextField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    command_key = CommandKeyField()

    def __init__(self, *args: Any, advance: Advance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = permissions.decisions_to_reschedule(
            advance, AdvanceMatter.RESCHEDULE, AdvanceMatter.MORATORIUM
        )
        self.fields["decision"].offer(decisions)

    def clean(self) -> dict[str, Any]:
        """The decision by its id, and whether it gives a new plan or a pause."""
        data = dict(self.cleaned_data)
        decision = data.pop("decision", None)
        if decision is not None:
            data["decision_id"] = decision.pk
            data["reason"] = ScheduleReason(decision.item.matter)
        return data

    def planned(self) -> dict[str, Any]:
        """What the plan follows from."""
        names = ("effective_on", "lines", "first_due_on", "step_months", "rows")
        return {name: self.cleaned_data[name] for name in names}

    def asked(self) -> dict[str, Any]:
        """What is asked beside the plan itself."""
        names = ("decision_id", "reason", "effective_on", "note", "command_key")
        return {name: self.cleaned_data[name] for name in names}


class AdvanceRequestForm(forms.Form):
    """Saisir le comité d'une demande sur une avance."""

    matter = forms.ChoiceField(
        label="Demande", choices=AdvanceMatter.choices, widget=forms.RadioSelect
    )
    terms = TextField(
        label="Ce qui est proposé",
        max_length=2000,
        help_text="Les membres votent sur ces mots : les dates, les montants, la raison.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    where = forms.ChoiceField(label="Séance", choices=())
    closes_on = FrenchDateField(
        label="Dernier jour pour voter", required=False, help_text="Par écrit seulement."
    )
    urgency = TextField(
        label="Pourquoi sans attendre une séance",
        required=False,
        max_length=300,
        help_text="Par écrit seulement.",
    )
    command_key = CommandKeyField()
    IN_WRITING = "ecrit"

    def __init__(
        self, *args: Any, meetings: Iterable[Meeting], in_writing: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, f"{one}, {long_datetime(one.held_at)}") for one in meetings]
        if in_writing:
            choices.append((self.IN_WRITING, "Consultation écrite"))
        else:
            del self.fields["closes_on"], self.fields["urgency"]
        self.fields["where"].choices = [("", "Choisissez une séance"), *choices]

    def clean(self) -> dict[str, Any]:
        """A meeting by its id, or when and why in writing."""
        typed = self.cleaned_data
        where = typed.get("where")
        if where == self.IN_WRITING:
            for name in ("closes_on", "urgency"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, "Une consultation écrite le demande.")
        if not where or self.errors:
            return typed
        return {
            "matter": AdvanceMatter(typed["matter"]),
            "terms": typed["terms"],
            "where": InWriting(
                closes_at=datetime.combine(typed["closes_on"], CLOSES_AT, PARIS),
                urgency=typed["urgency"],
            )
            if where == self.IN_WRITING
            else int(where),
            "command_key": typed["command_key"],
        }


class PreconditionForm(forms.Form):
    """Ajouter une condition préalable au versement."""

    label = TextField(label="Condition", max_length=160)
    due_on = FrenchDateField(label="Attendue le", required=False)


class MetForm(forms.Form):
    """Constater une condition préalable."""

    met_on = FrenchDateField(label="Remplie le")


class WaiverForm(forms.Form):
    """Dispenser d'une condition préalable."""

    reason = TextField(
        label="Motif de la dispense", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
