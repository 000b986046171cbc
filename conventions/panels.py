"""What the conventions add to the pages of a project, of an advance and of a partner.

The rooms above add to their own in `PARTNERSHIP_SECTIONS`, from their own `panels.py`.
"""

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action, Badge
from alize.common.words import counted
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content, Sections
from conventions import queries
from conventions.badges import amendment_line
from conventions.enums import AgreementStatus
from conventions.models import CooperationConvention, PartnershipConvention
from conventions.permissions.partnership import begin_amendment
from conventions.queries import amended
from conventions.queries.contracted import days_contracted
from conventions.queries.promised import signed_years
from funds.models import Advance
from funds.panels import ADVANCE_SECTIONS
from partners.promised import signed_from
from projects.enums import ProjectStatus
from projects.models import Project
from projects.panels import NextStep, days_lent, next_step, panel

PARTNERSHIP_SECTIONS: Sections[PartnershipConvention] = Sections()
days_lent(days_contracted)
signed_from(signed_years)


@panel("convention", "Convention", act="convention.read")
def convention_panel(visitor: Visitor, project: Project) -> Content:
    """The conventions of the project that the visitor may see."""
    conventions = queries.conventions_visible_to(visitor)
    rows = queries.convention_rows(conventions.filter(project=project))
    return Content("conventions/panel.html", {"rows": rows})


@ADVANCE_SECTIONS.add(act="convention.read")
def amendments_of_schedules(visitor: Visitor, advance: Advance) -> Content | None:
    """The plans that the committee accepted, each with its amendment: signed, or to sign."""
    seen = queries.conventions_visible_to(visitor)
    convention = seen.filter(decision=advance.decision_id, status=AgreementStatus.SIGNED).first()
    if convention is None:
        return None
    readable = queries.amendments_visible_to(visitor)
    carried = {
        one.schedule_id: one
        for one in readable.filter(cooperation=convention, schedule__isnull=False).exclude(
            status=AgreementStatus.CANCELLED
        )
    }
    waiting, last = amended.schedule_to_sign(convention), amended.last_schedule(convention)
    writes = allows(visitor.roles, "convention.write")
    may_begin = writes and begin_amendment.allows(convention, visitor.on)
    url = basin_reverse("cooperation_amendment_create", reference=convention.reference)
    versions = advance.schedule_versions.filter(decision__isnull=False).select_related("decision")
    lines = [
        (
            version,
            amendment_line(carried[version.pk], on=visitor.on) if version.pk in carried else None,
            f"{url}?echeancier={version.pk}" if may_begin and version == waiting else "",
            TO_SIGN if version == last else REPLACED,
        )
        for version in versions.order_by("-no")
    ]
    return Content("conventions/advance_panel.html", {"lines": lines}) if lines else None


TO_SIGN = Badge("À signer", "attention")
REPLACED = Badge("Remplacé", "quiet")
"""A plan that the committee has changed again before anybody signed it."""


@next_step(ProjectStatus.APPROVED)
def after_approval(visitor: Visitor, project: Project) -> NextStep | None:
    """The convention to prepare, to freeze, to have signed."""
    convention = (
        queries.with_signatures(CooperationConvention.objects.filter(project=project))
        .select_related("circuit")
        .exclude(status=AgreementStatus.CANCELLED)
        .order_by("-pk")
        .first()
    )
    writes = allows(visitor.roles, "convention.write")
    if convention is None:
        url = basin_reverse("convention_list")
        return NextStep(
            now="Le projet est agréé : préparez la convention de coopération et développement."
            if writes
            else "La convention de coopération et développement est en préparation.",
            holder="l'opérateur local",
            action=Action("Préparer la convention", url, "file-earmark-text") if writes else None,
        )
    url = basin_reverse("convention_detail", reference=convention.reference)
    signing = convention.status == AgreementStatus.SIGNING
    return NextStep(
        now=f"La convention est en signature{_count_of(convention, visitor)}."
        if signing
        else "La convention est à terminer.",
        holder="les signataires" if signing else "l'opérateur local",
        since=f"depuis le {long_date(queries.since(convention))}",
        action=Action("Ouvrir la convention", url, "file-earmark-text") if writes else None,
    )


def _count_of(convention: CooperationConvention, visitor: Visitor) -> str:
    """How many have signed, for whoever reads the convention."""
    if not queries.conventions_visible_to(visitor).filter(pk=convention.pk).exists():
        return ""
    return f" : {counted(convention.signed, 'signature', 'signatures')} sur {convention.total}"
