"""A question on a file, and its answer."""

from django import forms

from alize.documents.fields import TextField


class QuestionForm(forms.Form):
    """J'ai une question."""

    text = TextField(
        label="Votre question",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le prescripteur la reçoit ; tous les membres lisent la question et la réponse.",
    )


class AnswerForm(forms.Form):
    """Répondre à une question."""

    answer = TextField(
        label="Votre réponse",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Tous les membres la lisent.",
    )
