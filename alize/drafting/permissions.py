"""What may be done with one version; each refusal says why."""

from datetime import date

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.permissions import check
from alize.drafting import queries, rules
from alize.drafting.models import TemplateVersion


@check
def edit(version: TemplateVersion) -> None:
    """A published version never changes."""
    if not version.is_draft:
        raise ActionDenied(
            f"La version {version.number} est publiée : elle ne change plus. "
            "Préparez la version suivante."
        )


@check
def publish(version: TemplateVersion) -> None:
    """A draft that says something else than the version before it, with names of the application.

    Without the latter, no basin could fill it in (A7).
    """
    edit(version)
    unknown = unknown_names(version)
    if unknown:
        raise ActionDenied(
            f"L'application ne sait donner aucune valeur à « {unknown[0].label} » : retirez cette "
            "variable du texte, ou faites-la d'abord ajouter à l'application."
        )
    before = queries.version_before(version)
    if before is not None and _same(before, version):
        raise ActionDenied(
            f"Ce texte dit la même chose que la version {before.number} : modifiez-le avant de "
            "le publier."
        )


def unknown_names(version: TemplateVersion) -> list[rules.Variable]:
    """The names of a text that no basin has a value for."""
    known = queries.known_names(version.kind)
    return [
        variable for variable in queries.text_of(version).variables if variable.name not in known
    ]


def _same(before: TemplateVersion, version: TemplateVersion) -> bool:
    return rules.diff(queries.text_of(before), queries.text_of(version)).is_empty


def check_day(version: TemplateVersion, effective_from: date, *, today: date) -> None:
    """A version takes effect today or later, and never before the one it follows.

    :raises InvalidInput: with the reason.
    """
    before = queries.version_before(version)
    if effective_from < today:
        raise InvalidInput(
            "Une version prend effet le jour de sa publication ou plus tard.",
            field="effective_from",
        )
    if before is not None and before.effective_from and effective_from < before.effective_from:
        raise InvalidInput(
            "La version précédente n'est pas encore en vigueur à cette date.",
            field="effective_from",
        )
