"""The forms of the sign-in pages, in our words."""

import re
import time
from typing import Any

from allauth.account import forms as account
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import transaction

from alize.common.forms import EmailField

ADDRESS = "Adresse électronique"
PASSWORD_HELP = (
    "Douze caractères au moins. Une phrase de quelques mots convient ; "
    "les gestionnaires de mots de passe sont bienvenus."
)
CODE_HELP = "Les six chiffres de votre application, ou un code de secours."


def _say(field: forms.Field, label: str, help_text: str = "") -> None:
    """Give a field our words; its placeholder goes, labels stand above fields (interface.md 2)."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(account.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], ADDRESS)
        _say(self.fields["password"], "Mot de passe")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class AskLinkForm(forms.Form):
    """Where to send a sign-in link; the field has the name it has on the sign-in page."""

    login = EmailField(
        label=ADDRESS,
        help_text="Celle où vous recevez les messages d'ALIZE.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class LinkCodeForm(forms.Form):
    """The six digits of a mail, where its link does not open (journeys.md P1)."""

    code = forms.CharField(
        label="Code reçu par courriel",
        max_length=20,
        help_text="Six chiffres, si le bouton du message ne répond pas.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Tapez le code reçu par courriel."},
    )

    def clean_code(self) -> str:
        """The digits, however they are spaced; what cannot be a code is no try (T17)."""
        code = "".join(self.cleaned_data["code"].split())
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError("Le code a six chiffres : recopiez-le du message reçu.")
        return code


class AskResetForm(account.ResetPasswordForm):
    """Where to send the link that changes a forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], ADDRESS, "Celle de votre compte.")


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password after a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], "Nouveau mot de passe", PASSWORD_HELP)
        _say(self.fields["password2"], "Le même, encore une fois")


class SetPasswordForm(account.SetPasswordForm):
    """A first password for an account opened by links only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], "Mot de passe", PASSWORD_HELP)
        _say(self.fields["password2"], "Le même, encore une fois")


class ChangePasswordForm(account.ChangePasswordForm):
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], "Mot de passe actuel")
        _say(self.fields["password1"], "Nouveau mot de passe", PASSWORD_HELP)
        _say(self.fields["password2"], "Le même, encore une fois")


class ConfirmPasswordForm(account.ReauthenticateForm):
    """The password again, before an act that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], "Mot de passe")


def _say_code(form: forms.Form, help_text: str = CODE_HELP) -> None:
    _say(form.fields["code"], "Code", help_text)
    form.fields["code"].widget.attrs["inputmode"] = "numeric"


class OncePerStep:
    """Accepts one code of an application for each of its thirty seconds (security.md T16).

    allauth keeps used codes in the cache; this keeps the last step in the row, so that a code
    never serves twice even when the cache is away.
    """

    authenticator: Authenticator

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]  # allauth's form, beside us
        if self.authenticator.type == Authenticator.Type.TOTP and not self._is_spent_now():
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code

    @transaction.atomic
    def _is_spent_now(self) -> bool:
        step = int(time.time()) // app_settings.TOTP_PERIOD
        kept = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
        if kept.data.get("last_step", 0) >= step:
            return False
        kept.data["last_step"] = step
        kept.save(update_fields=["data"])
        return True


class CodeForm(OncePerStep, mfa.AuthenticateForm):
    """The second factor at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self)


class ConfirmCodeForm(OncePerStep, mfa.ReauthenticateForm):
    """The second factor again, before an act that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self)


class EnrolApplicationForm(totp.ActivateTOTPForm):
    """The first code of an authenticator application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "Les six chiffres que l'application affiche maintenant.")


class AddKeyForm(webauthn.AddWebAuthnForm):
    """A passkey: always one that opens the account alone, with a fingerprint or a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], "Nom de la clé", "Pour la reconnaître : « Téléphone », « PC ».")
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.initial["passwordless"] = True


class RenameKeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], "Nom de la clé")
