"""What is typed about money."""

from funds.forms.advances import PaymentForm, RepaymentForm, ReversalForm
from funds.forms.authorizations import (
    AllowanceForm,
    RefundForm,
    RequestForm,
    RestitutionForm,
    WriteOffForm,
)
from funds.forms.lists import DayForm, FundFilterForm, JournalFilterForm, PeriodForm, YearForm
from funds.forms.operating import AgreementForm, BankFeeForm, ClosingForm, CostForm, GiveBackForm
from funds.forms.resources import ContributionForm, ValuedForm

__all__ = [
    "AgreementForm",
    "AllowanceForm",
    "BankFeeForm",
    "ClosingForm",
    "ContributionForm",
    "CostForm",
    "DayForm",
    "FundFilterForm",
    "GiveBackForm",
    "JournalFilterForm",
    "PaymentForm",
    "PeriodForm",
    "RefundForm",
    "RepaymentForm",
    "RequestForm",
    "RestitutionForm",
    "ReversalForm",
    "ValuedForm",
    "WriteOffForm",
    "YearForm",
]
