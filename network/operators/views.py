"""Opérateurs locaux : who runs each basin and who represents it, kept by ASTREES (R38, R44)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.dates import long_datetime
from alize.common.http import answered, key_in
from alize.common.screen import Link
from basins.access import allows
from basins.local_operators import OperatorChanged, save_operator
from basins.models import LocalOperator
from network.operators.forms import OperatorForm
from network.views import navigation

TITLE = "Opérateurs locaux"


def trail(*links: Link) -> list[Link]:
    """Tour de contrôle, Bassins, then the page."""
    return [
        Link("Tour de contrôle", reverse("national_home")),
        Link("Bassins", reverse("national_basins")),
        *links,
    ]


@require_safe
@access("operator.read")
def operator_list(request: HttpRequest) -> HttpResponse:
    """Each basin with the structure that runs it, and who represents it."""
    context = {
        "nav_items": navigation(request, "national_basins"),
        "breadcrumb": trail(Link(TITLE, "")),
        "title": TITLE,
        "operators": LocalOperator.objects.select_related("basin").order_by("basin__name", "name"),
        "may_write": allows(request.roles, "operator.write"),
        "may_suspend": allows(request.roles, "basin.suspend"),
    }
    return render(request, "network/operator_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("operator.write", fresh=True)
def operator_edit(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Modifier l'opérateur : what the next conventions and warnings say of it."""
    kept = LocalOperator.objects.select_related("basin", "changed_by")
    operator = get_object_or_404(kept, pk=operator_id)
    form = OperatorForm(request.POST or None, instance=operator)
    context = {
        "nav_items": navigation(request, "national_basins"),
        "breadcrumb": trail(Link(TITLE, reverse("operator_list")), Link(operator.basin.name, "")),
        "title": f"Opérateur local, {operator.basin}",
        "lead": _lead(operator),
        "revision": request.POST.get("revision", operator.revision),
        "back": reverse("operator_list"),
    }

    def save() -> None:
        seen = key_in(request.POST.get("revision", ""))
        try:
            save_operator(
                operator_id=operator.pk,
                values=form.cleaned_data,
                revision=-1 if seen is None else seen,
                by=request.user,
                at=timezone.now(),
            )
        except OperatorChanged as change:
            context["revision"] = change.revision
            raise

    return answered(
        request,
        form,
        save,
        said=f"L'opérateur du bassin {operator.basin} est à jour.",
        back=reverse("operator_list"),
        template="network/operator_edit.html",
        context=context,
    )


def _lead(operator: LocalOperator) -> str:
    effect = "Ce qui est signé ou remis garde ce qu'il dit ; les prochains documents diront ceci."
    if operator.changed_at is None or operator.changed_by is None:
        return effect
    who = operator.changed_by.full_name
    return f"Modifié {long_datetime(operator.changed_at)} par {who}. {effect}"
