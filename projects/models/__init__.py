"""Companies, their projects, the diagnosis before and the follow-up after."""

from projects.models.beneficiary import AnnualAccounts, Beneficiary
from projects.models.diagnosis import FinancialYear, PreliminaryDiagnosis
from projects.models.follow_up import FollowUpReview, OwnerOpinion
from projects.models.project import Attachment, Draft, FundingLine, JobForecast, Project

__all__ = [
    "AnnualAccounts",
    "Attachment",
    "Beneficiary",
    "Draft",
    "FinancialYear",
    "FollowUpReview",
    "FundingLine",
    "JobForecast",
    "OwnerOpinion",
    "PreliminaryDiagnosis",
    "Project",
]
