"""Companies followed for months: one receives more days, another will be followed for longer."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from alize.common.dates import add_months
from alize.demo.story.scene import Scene, at
from alize.demo.story.signing import Signing
from conventions import operations as conventions
from conventions.models import CooperationConvention
from conventions.operations import Lent, SupportTerms
from conventions.queries.amended import content_of
from partners.models import Partner
from projects.enums import ProjectStatus

FOLLOWED = timedelta(days=150)


def amend_supports(scene: Scene, companies: Iterable[Partner]) -> None:
    """The last company followed so long is lent more by an amendment; another one is a draft."""
    followed = CooperationConvention.objects.filter(
        project__status=ProjectStatus.LABELLED, signed_on__lt=scene.today - FOLLOWED
    )
    lent_to, prolonged = followed.order_by("-signed_on", "-pk")[:2]
    _lend_more(scene, lent_to, companies)
    _prolong(scene, prolonged)


def _prolong(scene: Scene, convention: CooperationConvention) -> None:
    conventions.save_support_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        reason="L'embauche prévue a pris du retard : le suivi continue jusqu'à elle.",
        terms=SupportTerms(new_ends_on=add_months(content_of(convention).ends_on, 6)),
        by=scene.people.operator,
        at=at(scene.today - timedelta(days=1)),
    )


def _lend_more(
    scene: Scene, convention: CooperationConvention, companies: Iterable[Partner]
) -> None:
    """The first of these companies that lends nothing yet joins, and lends four days."""
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
