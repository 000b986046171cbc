"""What is wrong is counted once, whatever part of the page it is in."""

from django import forms

from alize.common.faults import Fault, Sent, faults_of
from alize.common.forms import CommandKeyField, DaysField, EurosField


class Line(forms.Form):
    days = DaysField(label="Jours")


class Head(forms.Form):
    amount = EurosField(label="Montant")
    agreed = forms.BooleanField(label="J'ai lu", error_messages={"required": "Cochez la case."})


Lines = forms.formset_factory(Line, extra=3, max_num=3, validate_max=True, can_delete=True)
SENT = {
    "form-TOTAL_FORMS": "3",
    "form-INITIAL_FORMS": "0",
    "form-0-days": "2,5",
    "form-1-days": "trois",
    "form-1-DELETE": "on",
    "form-2-days": "2,55",
}


def test_a_form_and_its_lines_have_one_list():
    found = faults_of(Sent(Head({"amount": ""}), {"Apport": Lines(SENT)}))
    assert found == [
        Fault("Ce champ est obligatoire.", "Montant\u00a0:", "id_amount"),
        Fault("Cochez la case.", "", "id_agreed"),
        Fault(
            "Un nombre de jours a une décimale au plus.", "Apport 3, jours\u00a0:", "id_form-2-days"
        ),
    ]


def test_what_is_about_all_the_lines_has_no_field():
    many = SENT | {"form-TOTAL_FORMS": "5", "form-2-days": "1", "form-4-days": "1"}
    found = faults_of(Sent(Head({"amount": "1", "agreed": "on"}), {"Apport": Lines(many)}))
    assert [(fault.label, fault.field_id) for fault in found] == [("", "")]


def test_what_is_hidden_has_no_name_nor_field():
    class Sending(forms.Form):
        command_key = CommandKeyField()

    assert faults_of(Sending({"command_key": "A"})) == [
        Fault("Rechargez la page avant de recommencer.")
    ]


def test_a_null_character_is_refused_in_our_words():
    [fault] = faults_of(Head({"amount": "1\0", "agreed": "on"}))
    assert fault.reason == (
        "Cette saisie contient un caractère nul, qu'aucun clavier n'écrit : retapez-la."
    )


def test_nothing_sent_has_nothing_wrong():
    assert faults_of(Sent(Head(), {"Apport": Lines()})) == []
