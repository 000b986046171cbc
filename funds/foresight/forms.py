"""What is typed to look ahead: the settings of the figures, the sliders."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from alize.common.forms import EurosField, PercentField
from alize.common.money import NO_BREAK_SPACE, format_whole_euros
from alize.common.writings import MarkedForm
from committees.enums import InstalmentStep
from funds.enums import AidBasis
from funds.foresight.simulation import Scenario, from_cruise
from funds.forms import BUCKETS
from funds.models import FundSettings
from funds.queries.ahead import LADDER, PLAIN_SETTINGS, as_typed
from funds.rules import Demand, Policy, Start


def _days(label: str, when: str = "jours après", least: int = 1, most: int = 365) -> Any:
    """A number of days around the due date of an instalment."""
    field = forms.IntegerField(label=label, min_value=least, max_value=most)
    field.unit = when  # type: ignore[attr-defined]  # read by the template
    return field


class SettingsForm(MarkedForm):
    """Réglages du fonds."""

    haircut = PercentField(
        label="Décote des remboursements attendus",
        help_text="La part que le comité ne doit pas compter dans sa capacité d'engagement.",
    )
    reserve = EurosField(
        label="Réserve", help_text="Ce qui reste toujours sur le compte, hors de la capacité."
    )
    aid_basis = forms.ChoiceField(
        label="Une avance compte dans les aides de minimis pour",
        choices=AidBasis.choices,
        widget=forms.RadioSelect,
        help_text="Le montant entier est le choix prudent.",
    )
    reference_rate = PercentField(
        label="Taux de référence de la Commission",
        most=20,
        help_text="Celui en vigueur le jour de la signature de la convention.",
    )
    margin = PercentField(label="Marge", most=20, help_text="Elle s'ajoute au taux de référence.")
    tolerance_days = _days("Une avance est dite en retard au-delà de", "jours", least=0, most=60)
    rounding_unit = forms.TypedChoiceField(
        label="Arrondi des échéances",
        choices=[(1, "Au centime"), (100, "À l'euro"), (1000, "À la dizaine d'euros")],
        coerce=int,
        help_text="Pour les avances accordées à partir de maintenant ; le reste va à la dernière "
        "échéance.",
    )
    notice_days = _days("Avis d'échéance", "jours avant", least=0, most=60)
    first_days = _days("Première relance")
    second_days = _days("Deuxième relance")
    formal_days = _days("Mise en demeure")

    def __init__(self, *args: Any, row: FundSettings, **kwargs: Any) -> None:
        super().__init__(*args, initial=as_typed(row), **kwargs)
        for name, bucket in zip(self._rates, BUCKETS, strict=True):
            self.fields[name] = PercentField(label=bucket)

    def groups(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The fields, by subject."""
        yield "Capacité d'engagement", [self["haircut"], self["reserve"]]
        yield "Provision proposée, selon le retard", [self[name] for name in self._rates]
        basis = [self[name] for name in ("aid_basis", "reference_rate", "margin")]
        yield "Aides de minimis", basis
        yield "Échéances", [self["tolerance_days"], self["rounding_unit"]]
        yield "Relances d'une échéance", [self[name] for name in LADDER]

    @property
    def _rates(self) -> list[str]:
        return [f"rate_{rank}" for rank in range(len(BUCKETS))]

    def values(self) -> dict[str, Any]:
        """What `save_settings` takes."""
        values = {name: self.cleaned_data[name] for name in PLAIN_SETTINGS}
        notice, *after = [self.cleaned_data[name] for name in LADDER]
        return values | {
            "provision_rates": [self.cleaned_data[name] for name in self._rates],
            "reminder_days": [-notice, *after],
        }


REAL, CRUISE = "reel", "croisiere"


def _count(label: str, unit: str, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    """A number that a slider may move."""
    attrs = {"inputmode": "numeric", "data-slider": "", "data-step": 1}
    field = forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={**attrs, "min": least, "max": most}),
        **kwargs,
    )
    field.unit = unit  # type: ignore[attr-defined]  # read by the template
    return field


def _slider(most: str, step: str) -> forms.TextInput:
    return forms.TextInput(
        attrs={
            "inputmode": "decimal",
            "autocomplete": "off",
            "data-slider": "",
            "data-min": 0,
            "data-max": most,
            "data-step": step,
        }
    )


class SimulatorForm(forms.Form):
    """Les curseurs du simulateur; the address holds them all, so that it can be shared."""

    avances = EurosField(label="Avances accordées par an", widget=_slider("600000", "10000"))
    seances = _count("Séances du comité par an", "séances", 1, 12)
    differe = _count("Différé de remboursement", "mois", 0, 24)
    echeances = _count("Échéances d'une avance", "échéances", 1, 84)
    pas = forms.TypedChoiceField(
        label="Périodicité des échéances", choices=InstalmentStep.choices, coerce=int
    )
    pertes = PercentField(
        label="Pertes, sur les sommes prêtées", most=30, widget=_slider("30", "0.5")
    )
    apport = EurosField(label="Argent frais par an", widget=_slider("200000", "5000"))
    restitution = EurosField(label="Rendu aux financeurs par an", widget=_slider("200000", "5000"))
    horizon = _count("Horizon", "ans", 1, 10)
    demande = forms.ChoiceField(
        label="Demandes",
        choices=[
            (Demand.FIXED, "Autant à chaque séance"),
            (Demand.POISSON, "Irrégulières"),
        ],
    )
    depart = forms.ChoiceField(
        label="Départ",
        choices=[(REAL, "Le fonds tel qu'il est"), (CRUISE, "Un fonds de croisière")],
    )
    fonds = EurosField(
        label="Taille de ce fonds",
        help_text="Sa trésorerie et son encours ensemble ; seulement en régime de croisière.",
        widget=_slider("1500000", "10000"),
    )

    USUAL = {
        "avances": "220 000",
        "seances": "5",
        "differe": "6",
        "echeances": "30",
        "pas": "1",
        "pertes": "4",
        "apport": "0",
        "restitution": "0",
        "horizon": "3",
        "demande": Demand.FIXED.value,
        "depart": REAL,
        "fonds": "450 000",
    }
    """Those of Savoie in 2017 (funds.md 4.2)."""

    def __init__(self, asked: Any) -> None:
        """What the address does not say is usual."""
        given = {name: asked.get(name, usual) for name, usual in self.USUAL.items()}
        super().__init__(given)

    def groups(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The fields, by subject."""
        lending = ("avances", "seances", "differe", "echeances", "pas", "pertes")
        yield "Ce que le fonds prête", [self[name] for name in lending]
        yield "Ce qui entre et sort", [self["apport"], self["restitution"]]
        yield "Regarder", [self[name] for name in ("horizon", "demande", "depart", "fonds")]

    def conditions(self) -> Iterator[tuple[str, str]]:
        """What was chosen, in words."""
        for bound in self:
            asked, field = self.cleaned_data[bound.name], bound.field
            if bound.name == "fonds" and self.cleaned_data["depart"] != CRUISE:
                continue
            if isinstance(field, forms.ChoiceField):
                yield str(bound.label), str(dict(field.choices)[asked])
            elif isinstance(field, EurosField):
                yield str(bound.label), format_whole_euros(asked)
            else:
                yield str(bound.label), f"{bound.value()}{NO_BREAK_SPACE}{field.unit}"

    def scenario(self, real: Start, *, on: date) -> Scenario:
        """What is asked, in the terms of the rules."""
        asked = self.cleaned_data
        policy = Policy(
            yearly_advances=asked["avances"],
            meetings_per_year=asked["seances"],
            grace_months=asked["differe"],
            lines=asked["echeances"],
            step_months=asked["pas"],
            loss_rate=Decimal(asked["pertes"]) / 10_000,
            fresh=asked["apport"],
            restituted=asked["restitution"],
        )
        cruise = None
        if asked["depart"] == CRUISE:
            real, cruise = from_cruise(policy, asked["fonds"])
        return Scenario(policy, real, cruise, asked["horizon"], Demand(asked["demande"]), on)
