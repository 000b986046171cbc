"""What may be typed about a decision and its conditions."""

from django import forms


class ReasonForm(forms.Form):
    """Le motif d'un refus ou d'un ajournement."""

    reason = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il figurera dans la lettre à l'entreprise et au procès-verbal.",
    )


class ProofForm(forms.Form):
    """Le justificatif qui lève une condition."""

    proof = forms.CharField(
        label="Justificatif",
        max_length=200,
        help_text="Le document reçu et sa date, par exemple « accord de prêt du 12/03/2027 ».",
    )
