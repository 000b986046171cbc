"""The national texts of the demo: what ASTREES prepares, the clauses of Savoie."""

from datetime import date, datetime

from django.db import transaction

from alize.demo.people import PEOPLE, user_of
from alize.demo.story.scene import Scene, at
from alize.drafting import operations
from alize.drafting.enums import TextKind
from alize.drafting.models import TemplateVersion
from basins.models import ReferenceValue
from basins.operations.references import give_value
from basins.references import Reference
from conventions.operations import save_clause

NEXT = 3
CHANGES = (
    (
        "Il se réunit au moins une fois par an.",
        "Il se réunit au moins deux fois par an, dont une pour l'évaluation.",
    ),
    (
        "Chaque partenaire confirme, une fois par an, les moyens qu'il a apportés.",
        "Chaque partenaire confirme, une fois par an et en ligne, les moyens qu'il a apportés ; à "
        "défaut de réponse dans le mois, ils sont comptés comme promis, sous réserve.",
    ),
    (
        "(si insertion) **Structures d'insertion.** {insertion}",
        "**Structures d'insertion.** {insertion}",
    ),
)
CLAUSES = {
    "contexte": (
        "La Savoie vit de l'industrie des vallées, de l'énergie et du tourisme. Ses petites "
        "entreprises trouvent peu d'appui dans les dispositifs de droit commun."
    ),
    "priorites": (
        "Les partenaires portent une attention particulière :\n\n"
        "- aux entreprises des zones de montagne ;\n"
        "- à l'accueil d'écoles et de fédérations professionnelles parmi eux."
    ),
}


@transaction.atomic
def write_next_version(*, moment: datetime) -> None:
    """Leave a version of the partnership text in preparation; once."""
    if TemplateVersion.objects.filter(kind=TextKind.PARTNERSHIP, number=NEXT).exists():
        return
    staff = user_of(next(person for person in PEOPLE if person.key == "astrees"))
    draft = operations.start_draft(kind=TextKind.PARTNERSHIP, by=staff, at=moment)
    source = draft.source
    for before, after in CHANGES:
        source = source.replace(before, after)
    operations.save_draft(
        version_id=draft.pk,
        source=source,
        comment="Deux réunions du comité local par an ; moyens en ligne ; insertion dite partout.",
        seen=draft.sha256,
        by=staff,
        at=moment,
    )


def write_next_reference(*, moment: datetime) -> None:
    """Leave a national reference that another value follows, next year; once."""
    if ReferenceValue.objects.filter(created_at__isnull=False).exists():
        return
    give_value(
        reference=Reference.EXAMINED,
        numbers=[18],
        effective_from=date(moment.year + 1, 1, 1),
        reason="Comité national : les opérateurs reçoivent plus de demandes qu'à l'origine.",
        by=user_of(next(person for person in PEOPLE if person.key == "astrees")),
        at=moment,
    )


def write_clauses(scene: Scene) -> None:
    """What the basin adds to the partnership text."""
    for zone, words in CLAUSES.items():
        save_clause(
            kind=TextKind.PARTNERSHIP,
            zone=zone,
            words=words,
            by=scene.people.operator,
            at=at(scene.today),
        )
