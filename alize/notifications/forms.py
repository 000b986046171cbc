"""Which mails one chooses to receive."""

from typing import Any

from django import forms

from alize.notifications.catalogue import MUTABLE


class MailsForm(forms.Form):
    """Mes courriers: one box a mail that one may do without."""

    received = forms.MultipleChoiceField(
        label="Prévenez-moi par courriel quand",
        choices=[(mail.code, mail.mutable) for mail in MUTABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An answer in itself, even with no box ticked: nothing says « facultatif ».
        self.fields["received"].wanted = True

    def muted(self) -> frozenset[str]:
        """The codes of the mails that are left unticked."""
        typed: dict[str, Any] = self.cleaned_data
        return frozenset(mail.code for mail in MUTABLE) - frozenset(typed["received"])
