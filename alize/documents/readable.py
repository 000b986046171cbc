"""Who may read a document: the application that owns its target decides (security.md T6)."""

from collections.abc import Callable

from django.http import HttpRequest

from alize.documents.models import GeneratedDocument

Judge = Callable[[HttpRequest, GeneratedDocument], bool]
_JUDGES: dict[str, Judge] = {}


def register(target_type: str, judge: Judge) -> None:
    """Let `judge(request, document)` decide for the documents of `projects.project`, say."""
    if target_type in _JUDGES:
        raise ValueError(f"Two judges for {target_type}.")
    _JUDGES[target_type] = judge


def is_readable(request: HttpRequest, document: GeneratedDocument) -> bool:
    """Ask the judge of the document's target; nobody reads what has none."""
    judge = _JUDGES.get(document.target_type)
    return judge is not None and judge(request, document)
