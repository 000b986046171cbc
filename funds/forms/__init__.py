"""What is typed about money."""

from funds.forms.advances import (
    AdvanceRequestForm,
    MetForm,
    PaymentForm,
    PreconditionForm,
    ReleaseForm,
    RepaymentForm,
    RescheduleForm,
    ReversalForm,
    WaiverForm,
)
from funds.forms.authorizations import (
    AllowanceForm,
    RefundForm,
    RenounceForm,
    RequestForm,
    RestitutionForm,
    SettleForm,
    WriteOffForm,
)
from funds.forms.charts import ChartForm
from funds.forms.lists import (
    BUCKETS,
    DayForm,
    FundFilterForm,
    JournalFilterForm,
    LedgerForm,
    PeriodForm,
    YearForm,
)
from funds.forms.operating import (
    AgreementForm,
    BankFeeForm,
    ClosingForm,
    CostForm,
    GiveBackForm,
    WithdrawalForm,
)
from funds.forms.resources import ContributionForm, FunderFields, ValuedForm

__all__ = [
    "BUCKETS",
    "AdvanceRequestForm",
    "AgreementForm",
    "AllowanceForm",
    "BankFeeForm",
    "ChartForm",
    "ClosingForm",
    "ContributionForm",
    "CostForm",
    "DayForm",
    "FundFilterForm",
    "FunderFields",
    "GiveBackForm",
    "JournalFilterForm",
    "LedgerForm",
    "MetForm",
    "PaymentForm",
    "PeriodForm",
    "PreconditionForm",
    "RefundForm",
    "ReleaseForm",
    "RenounceForm",
    "RepaymentForm",
    "RequestForm",
    "RescheduleForm",
    "RestitutionForm",
    "ReversalForm",
    "SettleForm",
    "ValuedForm",
    "WaiverForm",
    "WithdrawalForm",
    "WriteOffForm",
    "YearForm",
]
