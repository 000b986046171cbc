"""What a partnership convention is made of on a day: its parties, its promises, what it lacks."""

from datetime import date
from typing import cast

from django.db.models import Q, QuerySet

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.screen import Badge, Tone
from basins.queries.references import references_on
from basins.tenancy import current
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.queries import amended, amended_gaps
from conventions.queries.overlaps import day_gaps, term_gaps
from conventions.queries.parties import bodies, operators
from conventions.rules import partnership as rules
from conventions.rules.budget import Budget, Promise, PromiseKey, budget, changed
from conventions.rules.partnership import Gap, Signatory, Standing
from partners import queries as partners
from partners.enums import PartnerKind
from partners.models import Partner, Pledge
from partners.rules import FEWEST_COMPANIES, PROFILE
from projects.enums import Section

Reads = QuerySet[Partner]


def reference_of(convention: PartnershipConvention) -> str:
    """« CP-SAV-007 »."""
    return f"CP-{_code()}-{convention.number:03d}"


def operator_reference_of(convention: PartnershipConvention) -> str:
    """« COL-SAV-007 », the operator convention that is its annex 3."""
    return f"COL-{_code()}-{convention.number:03d}"


def text_reference_of(convention: PartnershipConvention, *, operator: bool) -> str:
    """The reference of its own text, or of its annex 3."""
    return operator_reference_of(convention) if operator else reference_of(convention)


def amendment_reference_of(amendment: Amendment) -> str:
    """« CP-SAV-007-A1 », « CC-2026-SAV-014-A1 »."""
    if amendment.cooperation:
        return f"{amendment.supporting.reference}-A{amendment.number}"
    return f"{reference_of(amendment.founding)}-A{amendment.number}"


def _code() -> str:
    return current().slug.replace("-", "")[:3].upper()


# -- Parties ------------------------------------------------------------------------------------
def partner_ids_of(convention: PartnershipConvention) -> list[int]:
    """Its parties, whether or not they are still partners."""
    return sorted(convention.partners.values_list("pk", flat=True))


def parties_on(convention: PartnershipConvention, *, on: date) -> Reads:
    """Its parties who are partners that day, or when it begins."""
    return convention.partners.active_on(max(on, convention.starts_on))


def signing(convention: PartnershipConvention, *, on: date) -> tuple[Signatory, ...]:
    """Who signs a convention, computed from its partners, its chair and the operators (R52)."""
    return rules.signatories(
        bodies(parties_on(convention, on=on), on=on),
        chair_id=convention.chair_id,
        operators=operators(on=on),
    )


def signing_amendment(amendment: Amendment, *, on: date) -> tuple[Signatory, ...]:
    """The original parties that are still there, plus those that join (signature.md 6.2)."""
    if amendment.cooperation:
        return amended.signing(amendment, on=on)
    convention = amendment.founding
    both = Partner.objects.filter(
        pk__in={
            *convention.partners.active_on(on).values_list("pk", flat=True),
            *amendment.incoming.values_list("pk", flat=True),
        }
    )
    return rules.signatories(
        bodies(both, on=on), chair_id=convention.chair_id, operators=operators(on=on)
    )


def company_count(convention: PartnershipConvention, *, on: date) -> int:
    """How many companies a convention joins on a day, a group once (R45, R51)."""
    return partners.counts_by_kind(parties_on(convention, on=on)).get(PartnerKind.COMPANY, 0)


# -- Means --------------------------------------------------------------------------------------
def promises(listing: Reads, years: tuple[int, ...]) -> tuple[Promise, ...]:
    """What these partners promise for these years, by partner, year and nature."""
    return tuple(one for one in _said(listing, years) if one.amount)


def _said(listing: Reads, years: tuple[int, ...]) -> tuple[Promise, ...]:
    """The same, with what was given up: a pledge of nothing."""
    pledges = Pledge.objects.filter(partner__in=listing, year__in=years)
    return tuple(
        Promise(
            partner=pledge.partner.name,
            kind=pledge.partner.kind,
            year=pledge.year,
            nature=pledge.nature,
            amount=pledge.amount,
            tenths_of_days=int(pledge.days * 10),
            daily_rate=pledge.daily_rate,
            what=pledge.what,
            partner_id=pledge.partner_id,
        )
        for pledge in pledges.select_related("partner").order_by("partner", "year", "nature")
    )


def signed_promises(
    convention: PartnershipConvention,
) -> dict[PromiseKey, Promise] | None:
    """What the parties have signed: the text as frozen, then each amendment signed since.

    None when the convention was signed before its promises were kept.
    """
    kept = (convention.snapshot or {}).get("promises")
    if kept is None:
        return None
    amendments = convention.amendments.filter(status=AgreementStatus.SIGNED).order_by("number")
    for amendment in amendments:
        kept = [*kept, *(amendment.snapshot or {}).get("promises", [])]
    return {one.key: one for one in (Promise(**said) for said in kept)}


def amended_promises(amendment: Amendment) -> tuple[Promise, ...]:
    """Those of who joins, and those that a party has changed since it signed."""
    convention = amendment.founding
    years = rules.years_of(convention.starts_on)
    joining = promises(amendment.incoming.all(), years)
    signed = signed_promises(convention)
    if signed is None:
        return joining
    return (*joining, *changed(_said(convention.partners.all(), years), signed=signed))


def budget_of(convention: PartnershipConvention) -> Budget:
    """Annex 1, from the pledges of its partners for its three years, as frozen since (R57).

    Its profile is beside the reference of the day when it takes effect.
    """
    kept = (convention.snapshot or {}).get("budget")
    if kept:
        return Budget.of_dict(kept)
    years = rules.years_of(convention.starts_on)
    found = promises(convention.partners.all(), years)
    beyond = [PartnerKind.NETWORK] if any(one.kind == PartnerKind.NETWORK for one in found) else []
    return budget(
        found,
        kinds=(*PROFILE, *beyond),
        years=years,
        engineering=convention.local_engineering,
        allowance=convention.allowance,
        targets=references_on(convention.starts_on).profile,
    )


# -- What is missing ----------------------------------------------------------------------------
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
        return amended_gaps.support_gaps(amendment, on=on)
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


# -- Life ---------------------------------------------------------------------------------------
_TONES: dict[Standing, Tone] = {
    Standing.DRAFT: "neutral",
    Standing.FROZEN: "attention",
    Standing.SIGNING: "attention",
    Standing.UPCOMING: "info",
    Standing.IN_FORCE: "done",
    Standing.AMENDED: "done",
    Standing.EXPIRED: "late",
    Standing.RENEWED: "quiet",
    Standing.CANCELLED: "quiet",
}
LABELS = {
    Standing.DRAFT: "En préparation",
    Standing.FROZEN: "Prête à signer",
    Standing.SIGNING: "En signature",
    Standing.UPCOMING: "À venir",
    Standing.IN_FORCE: "En vigueur",
    Standing.AMENDED: "En vigueur, modifiée",
    Standing.EXPIRED: "Expirée",
    Standing.RENEWED: "Renouvelée",
    Standing.CANCELLED: "Annulée",
}


def conventions_with_life() -> QuerySet[PartnershipConvention]:
    """The partnership conventions with what their standing is read from, in three queries."""
    return PartnershipConvention.objects.prefetch_related("amendments", "renewals")


def standing_of(convention: PartnershipConvention, *, on: date) -> Standing:
    """Where a convention stands on a day (ADR 0021)."""
    since = [
        one.takes_effect_on
        for one in convention.amendments.all()
        if one.status == AgreementStatus.SIGNED and one.takes_effect_on
    ]
    renewed = [
        one.starts_on for one in convention.renewals.all() if one.status == AgreementStatus.SIGNED
    ]
    return rules.standing(
        convention.status,
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        amended_on=min(since, default=None),
        renewed_on=min(renewed, default=None),
        on=on,
    )


AMENDABLE = frozenset({Standing.UPCOMING, Standing.IN_FORCE, Standing.AMENDED})
"""While an amendment may still change it."""


def may_change(text: CooperationConvention | Agreement, *, on: date) -> bool:
    """Whether an amendment may still change, and make good, a text that all have signed."""
    convention = (text.cooperation or text.founding) if isinstance(text, Amendment) else text
    if isinstance(convention, PartnershipConvention):
        return standing_of(convention, on=on) in AMENDABLE
    return amended.is_in_force(cast(CooperationConvention, convention), on=on)


def standing_badge(convention: PartnershipConvention, *, on: date) -> Badge:
    """The standing in words and colour; « Expire dans 5 mois » when nothing follows it yet."""
    found = standing_of(convention, on=on)
    if _nears_its_term(convention, found, on=on):
        return Badge(f"Expire dans {rules.time_left(convention.ends_on, on=on)}", "attention")
    return Badge(LABELS[found], _TONES[found])


def waits_for_renewal(convention: PartnershipConvention, *, on: date) -> bool:
    """Whether its term is near or past, and nothing is prepared to follow it."""
    found = standing_of(convention, on=on)
    ends = found == Standing.EXPIRED or _nears_its_term(convention, found, on=on)
    return ends and renewal_of(convention) is None


def _nears_its_term(convention: PartnershipConvention, found: Standing, *, on: date) -> bool:
    return (
        found in {Standing.IN_FORCE, Standing.AMENDED}
        and not _is_followed(convention)
        and rules.months_left(convention.ends_on, on=on) < ALERT_MONTHS
    )


ALERT_MONTHS = 9
"""A renewal takes so long that it is asked for from there (journeys.md A1, M23)."""


def _is_followed(convention: PartnershipConvention) -> bool:
    return any(one.status == AgreementStatus.SIGNED for one in convention.renewals.all())


def renewal_of(convention: PartnershipConvention) -> PartnershipConvention | None:
    """The convention that renews this one, prepared or signed."""
    live = [one for one in convention.renewals.all() if one.status != AgreementStatus.CANCELLED]
    return live[0] if live else None


def succession(convention: PartnershipConvention) -> str:
    """« la convention n° 6, signée le 16 janvier 2021 », nothing for the first one."""
    before = convention.renews
    if before is None:
        return ""
    signed = f", signée le {long_date(before.signed_on)}" if before.signed_on else ""
    return f"la convention de partenariat n° {before.number}{signed}"


def first_convention() -> PartnershipConvention | None:
    """The first one that all have signed, even when it begins later (R52)."""
    signed = PartnershipConvention.objects.filter(status=AgreementStatus.SIGNED)
    return signed.order_by("starts_on").first()
