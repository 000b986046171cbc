"""Gouverner les modèles : the national texts, read, prepared, compared, published (A7)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.errors import Refusal
from alize.common.http import form_status, refusals_in, refusals_to
from alize.common.screen import Action, Confirmation, Link
from alize.drafting import documents, docx, operations, permissions, rules
from alize.drafting import queries as drafting
from alize.drafting.answers import as_docx
from alize.drafting.enums import KINDS, TextKind
from alize.drafting.models import TemplateVersion
from basins.access import allows
from network.queries import texts as queries
from network.texts import screen
from network.texts.forms import PublicationForm, TextForm
from network.views import navigation


def _kind(slug: str) -> TextKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _version(kind: str, number: int) -> TemplateVersion:
    return get_object_or_404(
        TemplateVersion.objects.select_related("published_by"), kind=_kind(kind), number=number
    )


def _lines(kind: TextKind) -> queries.KindLines:
    return next(one for one in queries.texts(on=timezone.localdate()) if one.kind == kind)


def _go(name: str, version: TemplateVersion) -> HttpResponse:
    return redirect(screen.url(name, version))


def _page(request: HttpRequest, version: TemplateVersion, label: str = "") -> dict:
    """What every page of a version has around it."""
    here = Link(f"Version {version.number}", screen.url("text_detail", version) if label else "")
    return {
        "nav_items": navigation(request, "text_list"),
        "breadcrumb": screen.trail(
            TextKind(version.kind), here, *([Link(label, "")] if label else [])
        ),
        "version": version,
    }


@require_safe
@access("national.read")
def text_list(request: HttpRequest) -> HttpResponse:
    """The texts, the version in force of each and who still uses another."""
    context = {
        "nav_items": navigation(request),
        "breadcrumb": [Link("Tour de contrôle", reverse("national_home")), Link("Modèles", "")],
        "cards": [screen.card(kinds) for kinds in queries.texts(on=timezone.localdate())],
    }
    return render(request, "network/text_list.html", context)


@require_safe
@access("national.read")
def text_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """All the versions of one text."""
    kinds = _lines(_kind(kind))
    may_write = allows(request.roles, "text.write")
    draft = kinds.draft
    context = {
        "nav_items": navigation(request, "text_list"),
        "breadcrumb": screen.trail(kinds.kind),
        "kinds": kinds,
        "lines": [
            {
                "version": line.version,
                "badge": screen.status(line.version, kinds),
                "url": screen.url("text_detail", line.version),
                "basins": line.basins,
            }
            for line in kinds.lines
        ],
        "older": screen.used(kinds.older),
        "action": _next(kinds, draft) if may_write else None,
    }
    return render(request, "network/text_kind.html", context)


def _next(kinds: queries.KindLines, draft: TemplateVersion | None) -> Action:
    if draft is not None:
        return Action(
            f"Reprendre la version {draft.number}", screen.url("text_edit", draft), "pencil"
        )
    start = reverse("text_start", kwargs={"kind": kinds.kind.slug})
    return Action("Préparer la version suivante", start, "plus-lg", post=True)


@require_POST
@access("text.write")
def text_start(request: HttpRequest, kind: str) -> HttpResponse:
    """Open the next version, from the words of the last one, and go there."""
    draft = operations.start_draft(kind=_kind(kind), by=request.user, at=timezone.now())
    return _go("text_edit", draft)


@require_safe
@access("national.read")
def text_detail(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One version as it is laid out, with its variables, what is locked and what is local."""
    version = _version(kind, number)
    kinds = _lines(TextKind(version.kind))
    text = drafting.text_of(version)
    line = next(line for line in kinds.lines if line.version == version)
    context = _page(request, version) | {
        "header": screen.header(version, kinds, may_write=allows(request.roles, "text.write")),
        "downloads": screen.downloads(version),
        "facts": screen.facts(version, line, text),
        "sections": rules.outline(text),
        "variables": [(screen.KIND_LABELS[one.kind], one) for one in text.variables],
    }
    return render(request, "network/text_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("text.write")
def text_edit(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The words of a draft; they are checked when they are sent."""
    version = _version(kind, number)
    if request.method != "POST" and not permissions.edit.allows(version):
        messages.error(request, f"La version {number} est publiée : elle ne change plus.")
        return _go("text_detail", version)
    known = {"source": version.source, "comment": version.comment, "seen": version.sha256}
    form = TextForm(request.POST or None, initial=known)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_draft(
                version_id=version.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        if outcome.accepted:
            messages.success(request, "Le texte est enregistré et se lit sans erreur.")
            return _go("text_detail", version)
        status = outcome.status
    context = _page(request, version, "Modifier") | {
        "form": form,
        "back": screen.url("text_detail", version),
        "known": sorted(drafting.known_names(version.kind)),
    }
    return render(request, "network/text_edit.html", context, status=status)


@require_safe
@access("national.read")
def text_compare(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """What a version changes to the one before it, by article and by word."""
    version = _version(kind, number)
    before = drafting.version_before(version)
    if before is None:
        raise Http404
    difference = rules.diff(drafting.text_of(before), drafting.text_of(version))
    context = _page(request, version, "Comparer") | {
        "before": before,
        "difference": difference,
        "counts": screen.counts(difference),
    }
    return render(request, "network/text_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("text.write")
def text_publish(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Publier, after what it changes and what some basins lack are said."""
    version = _version(kind, number)
    form = PublicationForm(request.POST or None, initial={"effective_from": timezone.localdate()})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.publish(
                version_id=version.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        if outcome.accepted:
            messages.success(request, f"La version {number} est publiée.")
            return _go("text_detail", version)
        status = outcome.status
    elif request.method != "POST":
        try:
            permissions.publish(version)
        except Refusal as refusal:
            messages.error(request, refusal.reason)
            return _go("text_detail", version)
    confirmation = Confirmation(
        title=f"Publier la version {number}",
        effects=[
            "Le texte de cette version ne changera plus ; pour le corriger, il faudra en publier "
            "une autre.",
            "Ce qui est gelé à partir de la date choisie suit cette version, même préparé avant.",
            "Chaque projet en préparation le dit à ceux qui le rédigent.",
            "Les conventions déjà gelées ou signées gardent la leur, mot pour mot.",
        ],
        label="Publier",
        back_url=screen.url("text_detail", version),
    )
    gaps = queries.gaps(version)
    context = _page(request, version, "Publier") | {
        "confirmation": confirmation,
        "form": form,
        "gaps": gaps,
        "before": "network/text_gaps.html" if gaps else "",
    }
    return render(request, "network/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("text.write")
def text_discard(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Abandonner a draft."""
    version = _version(kind, number)
    if request.method == "POST":
        try:
            operations.discard_draft(version_id=version.pk, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, "La version en préparation est abandonnée.")
        return redirect("text_kind", kind=kind)
    if not version.is_draft:
        return _go("text_detail", version)
    confirmation = Confirmation(
        title=f"Abandonner la version {number}",
        effects=[
            "Le texte en préparation est effacé.",
            "La version en vigueur ne change pas.",
        ],
        label="Abandonner cette version",
        back_url=screen.url("text_detail", version),
        danger=True,
    )
    context = _page(request, version, "Abandonner") | {"confirmation": confirmation}
    return render(request, "network/confirm.html", context)


@require_safe
@access("national.read")
@refusals_to(lambda **version: reverse("text_detail", kwargs=version))
def text_preview(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The version laid out, marked « PROJET »; nothing is kept."""
    version = _version(kind, number)
    return HttpResponse(
        documents.preview(version, on=timezone.localdate()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{kind}_version-{number}.pdf"'},
    )


@require_safe
@access("national.read")
def text_docx(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """A copy for lawyers."""
    version = _version(kind, number)
    title = f"{version.get_kind_display()}, version {number}"
    copy = docx.copy(documents.specimen(version), title=title)
    return as_docx(copy, f"{kind}_version-{number}")
