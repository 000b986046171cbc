"""What lower rooms ask of the fund: who reads the papers of an advance."""

from django.http import HttpRequest

from alize.documents import readable
from alize.documents.models import GeneratedDocument
from funds import queries


def reads_papers(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The papers of an advance are for those who see it."""
    visible = queries.advances_visible_to(request.user, request.roles)
    return visible.filter(pk=document.target_id).exists()


readable.register("funds.advance", reads_papers)
