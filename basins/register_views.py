"""The sealed registers of a journal, for those who may read it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alize.audit.models import AuditEvent
from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from alize.documents.models import GeneratedDocument
from alize.seals.keeping import CHECKED
from alize.seals.registers import KIND

MOST_SHOWN = 92
"""Three months of registers; the older ones are found by their reference."""


@require_safe
@access("audit.read")
def register_list(request: HttpRequest) -> HttpResponse:
    """What was sealed of the journal, day after day, and the last check of what is kept."""
    context = what_is_kept(lambda pk: basin_reverse("document_download", document_id=pk)) | {
        "lead": "Chaque jour où le journal du bassin s'est enrichi, ses empreintes sont scellées "
        "et envoyées à ASTREES et à la préfecture.",
        "breadcrumb": [
            Link("Accueil", basin_reverse("basin_home")),
            Link("Réglages", basin_reverse("people_list")),
            Link("Registres du journal", ""),
        ],
    }
    return render(request, "basins/registers.html", context)


def what_is_kept(url: Callable[[int], str]) -> dict[str, Any]:
    """The last registers of the current schema, each with its address, and its last check."""
    kept = GeneratedDocument.objects.filter(kind=KIND).order_by("-as_of")[:MOST_SHOWN]
    return {
        "registers": [(register, url(register.pk)) for register in kept],
        "check": AuditEvent.objects.filter(type=CHECKED).last(),
    }
