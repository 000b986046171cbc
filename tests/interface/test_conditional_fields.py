"""A field that one answer makes compulsory says which, where others say that they are optional."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from funds.confirmations.forms import AnswerForm
from funds.forms.resources import FunderFields
from network.candidacies.forms import PartnerForm
from partners.forms import MandateForm
from projects.follow_up.forms import ReviewForm
from projects.forms.contacts import ContactForm


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        (AnswerForm, "reason", "si vous répondez non"),
        (FunderFields, "funder", "si ce n'est pas un partenaire du bassin"),
        (PartnerForm, "daily_rate", "si des jours sont apportés"),
        (PartnerForm, "what", "si un apport en nature est chiffré"),
        (MandateForm, "document", "sauf pour un représentant légal"),
        (ReviewForm, "help_wanted", "si la case est cochée"),
        (ContactForm, "origin_partner", "sauf si l'entreprise vient d'elle-même"),
    ],
)
def test_its_label_says_when(form: Any, name: str, said: str):
    bound = {"field": form.base_fields[name]}
    shown = render_to_string("bootstrap5/layout/optional.html", {"field": bound})
    assert f"({said})" in shown.replace("&#x27;", "'")
