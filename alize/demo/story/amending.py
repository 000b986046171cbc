"""A company followed for months receives more days, by an amendment that all have signed."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from alize.demo.story.scene import Scene, at
from alize.demo.story.signing import Signing
from conventions import operations as conventions
from conventions.models import CooperationConvention
from conventions.operations import Lent, SupportTerms
from conventions.queries.amended import content_of
from partners.models import Partner
from projects.enums import ProjectStatus

FOLLOWED = timedelta(days=150)


def amend_support(scene: Scene, companies: Iterable[Partner]) -> None:
    """The first of these companies that lends nothing yet joins, and lends four days."""
    convention = CooperationConvention.objects.filter(
        project__status=ProjectStatus.LABELLED, signed_on__lt=scene.today - FOLLOWED
    ).latest("signed_on", "pk")
    skills = [Lent(one.partner_id, one.days, one.topic) for one in content_of(convention).skills]
    known = {one.partner_id for one in skills}
    joining = next(one for one in companies if one.pk not in known)
    asked_on = scene.today - timedelta(days=6)
    amendment = conventions.save_support_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        reason="Au point de suivi, l'entreprise a demandé un appui de plus en gestion.",
        terms=SupportTerms(skills=[*skills, Lent(joining.pk, Decimal(4), "Contrôle de gestion")]),
        by=scene.people.operator,
        at=at(asked_on),
    )
    Signing(scene).amended(amendment, asked_on + timedelta(days=3))
