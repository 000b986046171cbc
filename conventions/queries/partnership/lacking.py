"""What the draft of a partnership convention or of an amendment lacks; where to put it right."""

from datetime import date

from django.db.models import Q

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from conventions.models import Amendment, PartnershipConvention
from conventions.queries import amended
from conventions.queries.overlaps import day_gaps, term_gaps
from conventions.queries.parties import bodies, operators
from conventions.queries.partnership.means import amended_promises, budget_of
from conventions.queries.partnership.parties import parties_on, signing_amendment
from conventions.rules import partnership as rules
from conventions.rules.partnership import Gap
from partners.models import Partner
from partners.rules import FEWEST_COMPANIES
from projects.enums import Section


def gaps(convention: PartnershipConvention, *, on: date) -> tuple[Gap, ...]:
    """What a draft lacks before its text may be frozen."""
    parties = bodies(parties_on(convention, on=on), on=on)
    signers = rules.signatories(parties, chair_id=convention.chair_id, operators=operators(on=on))
    contents = rules.Contents(
        territory=convention.territory,
        jobs=convention.jobs_target,
        projects=convention.projects_target,
        meetings=convention.meetings_target,
        objectives=convention.specific_objectives,
        employment={
            "Dire comment travailler avec les structures d'insertion": convention.insertion,
            "Dire ce qui est fait pour les demandeurs d'emploi les plus éloignés de l'emploi": (
                convention.distant_jobseekers
            ),
            "Décrire l'alternance entre entreprises": convention.alternation,
            "Dire comment servir les priorités du service public de l'emploi": (
                convention.employment_service
            ),
        },
        chair_id=convention.chair_id,
        chaired_by=convention.chaired_by,
    )
    return (
        term_gaps(convention)
        + day_gaps(convention, on=on)
        + gaps_of_left(convention, on=on)
        + rules.missing(
            contents,
            partners=parties,
            signing=signers,
            budget=budget_of(convention),
            fewest_companies=FEWEST_COMPANIES,
            on=on,
        )
    )


def gaps_of_left(convention: PartnershipConvention, *, on: date) -> tuple[Gap, ...]:
    """Its parties that are partners no more: neither named in its text nor asked to sign."""
    left = convention.partners.exclude(pk__in=parties_on(convention, on=on))
    return tuple(
        Gap(f"Retirer {partner} des parties : ce n'est plus un partenaire", "partenaires")
        for partner in left
    )


def gaps_of_departed(amendment: Amendment, *, on: date) -> tuple[Gap, ...]:
    """Who joins by an amendment and will have left, who was to sign it and has."""
    signers = (amendment.snapshot or {}).get("signers", [])
    named = Q(pk__in=[one["partner"] for one in signers if one["partner"]], left_on__lte=on)
    begins = max(on, amendment.takes_effect_on or on)
    joining = Q(pk__in=amendment.incoming.values("pk"), left_on__lte=begins)
    return tuple(
        Gap(f"Retirer {partner} de l'avenant : cette structure est déjà partie", "avenant")
        for partner in Partner.objects.filter(named | joining)
    )


def _effect_gaps(amendment: Amendment) -> tuple[Gap, ...]:
    """It takes effect while its convention runs (R7)."""
    term = amendment.new_ends_on or amendment.founding.ends_on
    if amendment.takes_effect_on is None or amendment.takes_effect_on <= term:
        return ()
    day = short_date(term)
    return (Gap(f"Choisir une prise d'effet au plus tard le {day}, terme de la convention"),)


def amendment_gaps(amendment: Amendment, *, on: date) -> tuple[Gap, ...]:
    """What the draft of an amendment lacks before its text may be frozen."""
    if amendment.cooperation:
        return amended.support_gaps(amendment, on=on)
    changes = (
        amendment.changes.strip()
        or amendment.new_ends_on
        or amendment.incoming.exists()
        or amended_promises(amendment)
    )
    nothing = Gap("Dire ce que l'avenant modifie, ou qui entre : il ne change rien", "avenant")
    signers = signing_amendment(amendment, on=on)
    left = () if changes else (nothing,)
    return (
        *left,
        *_effect_gaps(amendment),
        *term_gaps(amendment),
        *gaps_of_departed(amendment, on=on),
        *rules.signing_gaps(signers, on=on),
    )


def where(gap: Gap, agreement: PartnershipConvention | Amendment) -> str:
    """The page where a gap is put right."""
    if gap.partner_id:
        return basin_reverse("partner_detail", partner_id=gap.partner_id)
    if gap.rank is not None:
        return basin_reverse("amendment_mandate", amendment_id=agreement.pk, rank=gap.rank)
    if gap.amendment_id:
        return basin_reverse("amendment_detail", amendment_id=gap.amendment_id)
    if gap.section == "operateur":
        return basin_reverse("partner_create")
    if gap.section == "presidence":
        return basin_reverse("seat_list")
    if isinstance(agreement, Amendment):
        if gap.section == "dossier":
            reference = agreement.supporting.project.reference
            return basin_reverse("project_section", reference=reference, section=Section.OWNER)
        return basin_reverse("amendment_edit", amendment_id=agreement.pk)
    convention = agreement
    if gap.section == "budget":
        return basin_reverse("partner_list")
    return basin_reverse("partnership_edit", convention_id=convention.pk, section=gap.section)
