"""The candidacy of a territory, in `public`: its basin has no space of its own yet (A3)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import each_of, one_of, together
from alize.documents.models import StoredFile
from basins.models import Basin
from basins.references import ALLOWANCE_CAP
from conventions.rules.partnership import YEARS
from network.candidacies.enums import CandidacyStatus, NationalOutcome, Priority
from partners.enums import PartnerKind, PledgeNature


class Candidacy(models.Model):
    """Candidature : what a territory brings before the national committee (R9-R11, R38, R39).

    Amounts in cents a year. What is empty waits until it is submitted.
    """

    basin = models.OneToOneField(Basin, on_delete=models.PROTECT, related_name="candidacy")
    status = models.CharField(
        "état", max_length=10, choices=CandidacyStatus, default=CandidacyStatus.DRAFT
    )
    communes = models.TextField("communes", blank=True)
    priorities = ArrayField(
        models.CharField(max_length=10, choices=Priority),
        verbose_name="types de territoire prioritaires",
        default=list,
        blank=True,
    )
    large_companies = models.TextField("grandes entreprises", blank=True)
    small_companies = models.TextField("tissu de PME", blank=True)
    authorities = models.TextField("implication des collectivités", blank=True)

    operator_name = models.CharField("opérateur", max_length=120, blank=True)
    operator_short_name = models.CharField("nom court de l'opérateur", max_length=40, blank=True)
    operator_siren = models.CharField("SIREN de l'opérateur", max_length=9, blank=True)
    representative_first_name = models.CharField("prénom", max_length=80, blank=True)
    representative_last_name = models.CharField("nom", max_length=80, blank=True)
    representative_email = models.EmailField("adresse électronique", max_length=254, blank=True)
    consensus_on = models.DateField("accord du", null=True, blank=True)
    consensus_record = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """What shows that partners, chair of the local committee and ASTREES agree (R39)."""

    starts_on = models.DateField("prise d'effet", null=True, blank=True)
    local_engineering = models.BigIntegerField("ingénierie locale par an", default=0)
    allowance = models.BigIntegerField("défraiement par an", default=0)
    budget_comment = models.TextField("commentaire du budget", blank=True)

    meeting_on = models.DateField("comité national du", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = AuthorField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = AuthorField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    """Who recorded the last word of the committee since it was submitted."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = AuthorField(null=True)
    withdrawal_reason = models.CharField("motif du retrait", max_length=500, blank=True)

    class Meta:
        verbose_name = "candidature"
        ordering: ClassVar = ["basin__name"]
        constraints: ClassVar = [
            one_of("candidacy", "status", CandidacyStatus),
            each_of("candidacy", "priorities", Priority),
            *together("candidacy", "created", "submitted", "decided", "withdrawn"),
            models.CheckConstraint(
                condition=Q(status__in=[CandidacyStatus.DRAFT, CandidacyStatus.WITHDRAWN])
                | Q(submitted_at__isnull=False, meeting_on__isnull=False),
                name="candidacy_submitted_has_its_meeting",
                violation_error_message="Indiquez la date du comité national.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[CandidacyStatus.ACCEPTED, CandidacyStatus.REFUSED])
                | Q(decided_at__isnull=False),
                name="candidacy_decided_has_its_record",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")),
                name="candidacy_decided_by_another",
                violation_error_message=(
                    "Une autre personne d'ASTREES que celle qui a soumis la candidature "
                    "enregistre la décision."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status=CandidacyStatus.WITHDRAWN, withdrawn_at__isnull=False)
                & ~Q(withdrawal_reason="")
                | ~Q(status=CandidacyStatus.WITHDRAWN) & Q(withdrawn_at=None, withdrawal_reason=""),
                name="candidacy_withdrawn_says_why",
                violation_error_message="Dites pourquoi la candidature est retirée.",
            ),
            models.CheckConstraint(
                condition=Q(operator_siren="") | Q(operator_siren__regex=r"^[0-9]{9}$"),
                name="candidacy_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(local_engineering__gte=0)
                & Q(allowance__gte=0, allowance__lte=ALLOWANCE_CAP),
                name="candidacy_allowance_is_capped",
                violation_error_message="Le défraiement est de 10 000 € par an au plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"Candidature {self.basin}"


class CandidatePartner(models.Model):
    """Partenaire pressenti : who would sign the first partnership convention, and by whose hand."""

    candidacy = models.ForeignKey(
        Candidacy, on_delete=models.PROTECT, related_name="partners", db_index=False
    )
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=10, choices=PartnerKind)
    group = models.CharField("groupe", max_length=120, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    town = models.CharField("commune", max_length=80, blank=True)
    contact_first_name = models.CharField("prénom", max_length=80, blank=True)
    contact_last_name = models.CharField("nom", max_length=80, blank=True)
    contact_function = models.CharField("fonction", max_length=120, blank=True)
    contact_email = models.EmailField("adresse électronique", max_length=254, blank=True)
    signatory_first_name = models.CharField("prénom", max_length=80, blank=True)
    signatory_last_name = models.CharField("nom", max_length=80, blank=True)
    signatory_function = models.CharField("fonction", max_length=120, blank=True)
    signatory_email = models.EmailField("adresse électronique", max_length=254, blank=True)
    signs_by_law = models.BooleanField("représentant légal", default=True)

    class Meta:
        verbose_name = "partenaire pressenti"
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            one_of("candidate_partner", "kind", PartnerKind),
            models.UniqueConstraint(
                fields=["candidacy", "name"],
                name="candidate_partner_is_once",
                violation_error_message="Ce partenaire est déjà dans la candidature.",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="candidate_partner_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CandidatePledge(models.Model):
    """Engagement pressenti : what a partner would bring, in one of the three years, in cents."""

    partner = models.ForeignKey(
        CandidatePartner, on_delete=models.CASCADE, related_name="pledges", db_index=False
    )
    rank = models.PositiveSmallIntegerField("année de la convention")
    nature = models.CharField("nature", max_length=10, choices=PledgeNature)
    amount = models.BigIntegerField("montant")
    days = models.DecimalField("jours", max_digits=6, decimal_places=1, default=0)
    daily_rate = models.BigIntegerField("valeur d'une journée", null=True, blank=True)
    what = models.CharField("quoi", max_length=120, blank=True)

    class Meta:
        verbose_name = "engagement pressenti"
        ordering: ClassVar = ["nature", "rank"]
        constraints: ClassVar = [
            one_of("candidate_pledge", "nature", PledgeNature),
            models.UniqueConstraint(
                fields=["partner", "rank", "nature"], name="candidate_pledge_is_once"
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=YEARS, amount__gte=0, days__gte=0),
                name="candidate_pledge_is_of_the_three_years",
            ),
            models.CheckConstraint(
                condition=Q(nature="SKILLS", days__gt=0, daily_rate__gt=0)
                | ~Q(nature="SKILLS") & Q(days=0, daily_rate=None),
                name="candidate_pledge_skills_are_days_at_a_rate",
                violation_error_message="Des compétences se promettent en jours, à une valeur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.rank}"


class NationalDecision(models.Model):
    """Décision du comité national : what it said of a candidacy, by how many votes (R20, R21)."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="decisions")
    decided_on = models.DateField("séance du")
    outcome = models.CharField("décision", max_length=10, choices=NationalOutcome)
    votes_for = models.PositiveSmallIntegerField("pour")
    votes_against = models.PositiveSmallIntegerField("contre")
    abstentions = models.PositiveSmallIntegerField("abstentions")
    reason = models.TextField("motif", blank=True)
    minutes = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()

    class Meta:
        verbose_name = "décision du comité national"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("national_decision", "outcome", NationalOutcome),
            *together("national_decision", "recorded"),
            models.UniqueConstraint(
                fields=["candidacy"],
                condition=~Q(outcome=NationalOutcome.DEFERRED),
                name="national_decision_is_final_once",
                violation_error_message="Le comité national s'est déjà prononcé.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=NationalOutcome.ACCEPTED) | ~Q(reason=""),
                name="national_decision_gives_its_reason",
                violation_error_message="Donnez le motif de la décision.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=NationalOutcome.ACCEPTED)
                | Q(votes_for__gt=F("votes_against")),
                name="national_decision_accepted_by_more",
                violation_error_message=(
                    "Un territoire est accepté par plus de voix pour que de voix contre."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=NationalOutcome.REFUSED)
                | Q(votes_for__lte=F("votes_against")),
                name="national_decision_refused_by_no_fewer",
                violation_error_message=(
                    "Un territoire n'est pas refusé par plus de voix pour que de voix contre."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidacy}, {self.get_outcome_display()}"
