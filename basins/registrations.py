"""What lower rooms ask of basins: who reads the registers of the journal."""

from django.http import HttpRequest

from alize.documents import readable
from alize.documents.models import GeneratedDocument
from basins.access import allows


def reads_register(request: HttpRequest, document: GeneratedDocument) -> bool:
    """A register of the journal is for those who may read the journal."""
    return allows(request.roles, "audit.read")


readable.register("audit.audithead", reads_register)
