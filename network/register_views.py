"""The journal of the network, and its sealed registers (signature.md 6.5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.screen import Link
from alize.documents.models import GeneratedDocument
from alize.documents.views import serve
from alize.seals.registers import KIND
from basins.journal.views import journal_page
from basins.register_views import what_is_kept
from network.views import navigation


@require_http_methods(["GET", "HEAD", "POST"])
@access("audit.read")
def national_event_list(request: HttpRequest) -> HttpResponse:
    """The journal of the network: the doors, the national roles, the candidacies, the texts."""
    return journal_page(
        request,
        lead="Connexions, accès, et ce que chacun a fait pour le réseau, le plus récent d'abord.",
        registers_url=reverse("national_register_list"),
        nav_items=navigation(request, "national_home"),
        breadcrumb=[Link("Tour de contrôle", reverse("national_home")), Link("Journal", "")],
    )


@require_safe
@access("national.read")
def national_register_list(request: HttpRequest) -> HttpResponse:
    """What was sealed of the journal, day after day, and the last check of what is kept."""
    context = what_is_kept(lambda pk: reverse("national_register", kwargs={"document_id": pk})) | {
        "nav_items": navigation(request, "national_home"),
        "lead": "Chaque jour où le journal du réseau s'est enrichi, ses empreintes sont scellées "
        "et envoyées à ASTREES et au comité national.",
        "breadcrumb": [
            Link("Tour de contrôle", reverse("national_home")),
            Link("Registres du journal", ""),
        ],
    }
    return render(request, "basins/registers.html", context)


@require_safe
@access("national.read")
def national_register(request: HttpRequest, document_id: int) -> HttpResponse:
    """One register, as a PDF."""
    return serve(get_object_or_404(GeneratedDocument, kind=KIND, pk=document_id), request)
