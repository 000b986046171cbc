"""Who arrives, who leaves."""

from django import forms

from alize.accounts.models import Person
from alize.common.forms import HourField
from committees.models import Seat


class ArrivalForm(forms.Form):
    """Une arrivée."""

    seat = forms.ModelChoiceField(queryset=Seat.objects.all())
    person = forms.ModelChoiceField(queryset=Person.objects.all())
    remote = forms.BooleanField(required=False)
    hour = HourField(required=False)


class DepartureForm(forms.Form):
    """Un départ."""

    hour = HourField(required=False)
