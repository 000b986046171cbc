"""Forms of the people of a basin."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from alize.accounts.forms import PASSWORD_HELP
from alize.accounts.models import User
from alize.common.forms import CommandKeyField, EmailField, FrenchDateField
from alize.documents.fields import PersonNameField, TextField
from basins.enums import Role
from basins.models import Invitation
from basins.rules import CONTROL_LASTS


class InviteForm(forms.Form):
    """Somebody to invite, to a role that one may give."""

    command_key = CommandKeyField()
    first_name = PersonNameField(label="Prénom", max_length=80)
    last_name = PersonNameField(label="Nom", max_length=80)
    email = EmailField(
        label="Adresse électronique",
        help_text="L'invitation part à cette adresse et ne vaut que pour elle.",
    )
    role = forms.ChoiceField(label="Rôle")
    starts_on = FrenchDateField(
        label="À partir du",
        required=False,
        help_text="Laissez vide pour un rôle tenu dès que l'invitation est acceptée.",
    )
    ends_on = FrenchDateField(
        label="Jusqu'au",
        required=False,
        help_text="Ce jour compris. Laissez vide pour un rôle qui dure tant que personne n'y met "
        "fin.",
    )

    def __init__(self, *args: Any, roles: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Role.AUDITOR in roles:
            self.fields[
                "role"
            ].help_text = (
                f"Le contrôle dure {CONTROL_LASTS.days} jours ; une autre invitation le renouvelle."
            )
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in roles]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class LastDayForm(forms.Form):
    """Until when somebody holds a role."""

    ends_on = FrenchDateField(
        label="Dernier jour",
        required=False,
        help_text="Ce jour compris. Laissez vide pour un rôle qui dure tant que personne n'y met "
        "fin.",
    )


class ResetForm(forms.Form):
    """Why a second factor must go."""

    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Comment vous avez vérifié que la demande vient bien de cette personne.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AcceptForm(forms.Form):
    """How a new person will sign in."""

    LINK, PASSWORD = "LINK", "PASSWORD"
    way = forms.ChoiceField(
        label="À chaque visite",
        widget=forms.RadioSelect,
        choices=[
            (LINK, "Je reçois un lien de connexion par courriel"),
            (PASSWORD, "Je tape un mot de passe"),
        ],
        initial=LINK,
    )
    password = forms.CharField(
        label="Mot de passe",
        required=False,
        strip=False,
        help_text=f"Seulement si vous l'avez choisi ci-dessus. {PASSWORD_HELP}",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = User(
            email=invitation.email,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("way") == self.PASSWORD:
            try:
                validate_password(cleaned.get("password") or "", self._person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        else:
            cleaned["password"] = None
        return cleaned


class RequireForm(forms.Form):
    """What the page of the second factor of members said it would do, whoever sends it twice."""

    required = forms.BooleanField(required=False, widget=forms.HiddenInput)
