"""The bank details of a company: proposed by one person, decided by another (T11, SD4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.common.words import of
from funds import operations
from funds.bank.identifiers import grouped_iban, masked_iban
from funds.bank.statements import tokens
from funds.models import PayeeAccount
from funds.payee_forms import PayeeForm, VerificationForm
from funds.permissions import transfers as permissions
from funds.queries import transfers as queries
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("payee.propose")
@refusals_to("advance_detail")
def payee_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposer les coordonnées bancaires de l'entreprise d'une avance."""
    advance = visible_advance(request, reference=reference)
    company = advance.project.beneficiary
    permissions.handle_payee(company, request.user, timezone.localdate())
    initial = {
        "holder": " ".join(tokens(company.name)),
        "email": advance.project.owner_email,
        "called_on": timezone.localdate(),
    }
    form = PayeeForm(
        request.POST or None, initial=initial, known_numbers=queries.known_numbers(company.pk)
    )
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.propose_payee(
                beneficiary_id=company.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request, "Les coordonnées sont proposées : le second signataire les décide."
            )
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    context = {
        "title": f"Coordonnées bancaires {of(company.name)}",
        "lead": "Rappelez l'entreprise avant de les proposer. Approuvées par une autre personne, "
        "elles servent 48 heures plus tard. L'entreprise est prévenue aux adresses connues et à "
        "celle d'où vient ce RIB.",
        "form": form,
        "label": "Proposer ces coordonnées",
        "back": basin_reverse("advance_detail", reference=reference),
        "breadcrumb": breadcrumb(advance, "Coordonnées bancaires"),
    }
    return render(request, "funds/iban_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("payee.decide", fresh=True)
@refusals_to(lambda payee_id: basin_reverse("sepa_list"))
def payee_decide(request: HttpRequest, payee_id: int) -> HttpResponse:
    """Approuver des coordonnées bancaires, after they are restated whole."""
    payee = _payee(request, payee_id)
    form = VerificationForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.approve_payee(
                payee_id=payee.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, "Les coordonnées sont approuvées : elles servent dans 48 h.")
            return basin_redirect("sepa_list")
        status = outcome.status
    elif request.method != "POST":
        permissions.decide_payee(payee, request.user)
    context = {
        "confirmation": _confirmation(payee),
        "form": form,
        "refusal": Link(
            "Refuser ces coordonnées",
            basin_reverse("payee_refuse", payee_id=payee.pk),
            detail="Un doute sur ce RIB ou sur le rappel ?",
        ),
        "breadcrumb": breadcrumb(page="Coordonnées bancaires"),
    }
    return render(request, "funds/decide.html", context, status=status)


def _confirmation(payee: PayeeAccount) -> Confirmation:
    before = queries.approved_payee(payee.beneficiary_id)
    return Confirmation(
        title="Approuver des coordonnées bancaires",
        facts=[
            Definition("Entreprise", payee.beneficiary.name),
            Definition("Titulaire", payee.holder),
            Definition("IBAN", grouped_iban(payee.iban)),
            Definition("BIC", payee.bic),
            Definition("IBAN remplacé", masked_iban(before.iban) if before else ""),
            Definition("Reçues de", payee.email),
            Definition("Reçues le", long_date(payee.received_on)),
            Definition("Rappel", f"{payee.called}, le {long_date(payee.called_on)}"),
            Definition("Numéro appelé", f"{payee.called_number}, {_source(payee)}"),
            Definition("Proposées par", payee.proposed_by.full_name),
        ],
        effects=[
            "Les versements à cette entreprise iront à ce compte, dans 48 heures.",
            "Comparez chaque groupe de l'IBAN à celui du RIB.",
        ],
        told=["L'entreprise, aux adresses connues et à celle d'où vient ce RIB"],
        label="Approuver ces coordonnées",
        back_url=basin_reverse("sepa_list"),
    )


def _source(payee: PayeeAccount) -> str:
    """Where the number that was called comes from."""
    if queries.is_known_number(payee.beneficiary_id, payee.called_number):
        return "au dossier de l'entreprise"
    return f"hors du dossier : {payee.number_source or 'plus au dossier depuis'}"


@require_POST
@access("payee.decide")
@refusals_to(lambda payee_id: basin_reverse("sepa_list"))
def payee_refuse(request: HttpRequest, payee_id: int) -> HttpResponse:
    """Refuser des coordonnées bancaires."""
    payee = _payee(request, payee_id)
    operations.refuse_payee(payee_id=payee.pk, by=request.user, at=timezone.now())
    messages.success(request, "Les coordonnées sont refusées.")
    return basin_redirect("sepa_list")


def _payee(request: HttpRequest, payee_id: int) -> PayeeAccount:
    """Details that a person may decide.

    :raises ActionDenied: they have withdrawn from a file of this company (SD5).
    """
    payees = PayeeAccount.objects.select_related("beneficiary", "proposed_by")
    payee = get_object_or_404(payees, pk=payee_id)
    permissions.handle_payee(payee.beneficiary, request.user, timezone.localdate())
    return payee
