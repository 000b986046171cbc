"""Fonds › Banque: an account changes bank, proposed by one and decided by another (T11)."""

from datetime import date

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
from funds import operations
from funds.bank.identifiers import grouped_iban, masked_iban
from funds.bank_forms import BankChangeForm
from funds.models import BankAccount, BankNumber
from funds.operations.numbers import first_day_of
from funds.permissions import bank as permissions
from funds.queries.numbers import number_on
from funds.views.bank import trail

_TOLD = "L'opérateur, les signataires, la présidence et les financeurs"


def _number(number_id: int) -> BankNumber:
    numbers = BankNumber.objects.select_related("account", "replaces", "proposed_by")
    return get_object_or_404(numbers, pk=number_id)


def _account_of(number_id: int) -> str:
    """The page of the account that a number is of."""
    return basin_reverse("bank_account", account_id=_number(number_id).account_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank_number.propose")
@refusals_to("bank_account")
def bank_number_propose(request: HttpRequest, account_id: int) -> HttpResponse:
    """Proposer de changer de banque, without a word to the bank that is left."""
    account = get_object_or_404(BankAccount, pk=account_id)
    if request.method != "POST":
        permissions.propose_number(account)
    initial = {"holder": number_on(account, timezone.localdate()).holder}
    form = BankChangeForm(request.POST or None, initial=initial)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.propose_number(
                account_id=account.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request, "Le changement de banque est proposé : le second signataire le décide."
            )
            return basin_redirect("bank_account", account_id=account.pk)
        status = outcome.status
    context = {
        "title": "Changer de banque",
        "lead": "Approuvée par une autre personne, la nouvelle banque sert à partir du jour choisi,"
        " 48 heures plus tard au moins. Les relevés de l'ancienne s'importent encore : les "
        "entreprises y paient le temps d'apprendre le nouveau compte.",
        "form": form,
        "label": "Proposer ce changement",
        "back": basin_reverse("bank_account", account_id=account.pk),
        "breadcrumb": trail(account, "Changer de banque"),
    }
    return render(request, "funds/iban_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank_number.decide", fresh=True)
@refusals_to(_account_of)
def bank_number_decide(request: HttpRequest, number_id: int) -> HttpResponse:
    """Approuver un changement de banque, after it is restated whole."""
    number = _number(number_id)
    if request.method == "POST":
        made = operations.approve_number(number_id=number.pk, by=request.user, at=timezone.now())
        messages.success(
            request,
            f"Le changement de banque est approuvé : {made.bank} sera en service le "
            f"{long_date(made.since)}.",
        )
        return basin_redirect("bank_account", account_id=number.account_id)
    permissions.decide_number(number, request.user)
    context = {
        "confirmation": _confirmation(number),
        "refusal": Link(
            "Refuser ce changement",
            basin_reverse("bank_number_refuse", number_id=number.pk),
            detail="Un doute sur ce compte ?",
        ),
        "breadcrumb": trail(number.account, "Changement de banque"),
    }
    return render(request, "funds/decide.html", context)


def _facts(number: BankNumber, since: date, *, iban: str) -> list[Definition]:
    """What a change of bank is, with its IBAN whole or masked."""
    before = number.replaces
    return [
        Definition("Compte", number.account.get_perimeter_display()),
        Definition("Banque", number.bank),
        Definition("Titulaire", number.holder),
        Definition("IBAN", iban),
        Definition("BIC", number.bic),
        Definition("Remplace", f"{before.bank}, {masked_iban(before.iban)}" if before else ""),
        Definition("En service le", long_date(since)),
        Definition("Proposé par", number.proposed_by.full_name),
    ]


def _confirmation(number: BankNumber) -> Confirmation:
    since = first_day_of(number, at=timezone.now())
    passes = (
        "Les relevés de la nouvelle continuent ceux de l'ancienne : le solde passe tout seul."
        if number.keeps_balance
        else "L'argent passe de l'ancienne à la nouvelle par un virement, que les relevés des deux "
        "montrent : il n'est compté qu'une fois."
    )
    return Confirmation(
        title="Approuver un changement de banque",
        facts=_facts(number, since, iban=grouped_iban(number.iban)),
        effects=[
            f"À partir du {long_date(since)}, les avis, les relances et les virements portent ce "
            "compte.",
            passes,
            "Comparez chaque groupe de l'IBAN à celui du RIB que la banque vous a remis.",
        ],
        told=[_TOLD],
        undo="Jusqu'à ce jour, une seule personne peut retirer ce changement.",
        label="Approuver ce changement",
        back_url=basin_reverse("bank_account", account_id=number.account_id),
    )


@require_POST
@access("bank_number.decide")
@refusals_to(_account_of)
def bank_number_refuse(request: HttpRequest, number_id: int) -> HttpResponse:
    """Refuser un changement de banque."""
    number = _number(number_id)
    operations.refuse_number(number_id=number.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le changement de banque est refusé : rien ne change.")
    return basin_redirect("bank_account", account_id=number.account_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank_number.withdraw")
@refusals_to(_account_of)
def bank_number_withdraw(request: HttpRequest, number_id: int) -> HttpResponse:
    """Retirer un changement de banque approuvé, before its day."""
    number = _number(number_id)
    if request.method == "POST":
        operations.withdraw_number(number_id=number.pk, by=request.user, at=timezone.now())
        messages.success(request, "Le changement de banque est retiré : rien ne change.")
        return basin_redirect("bank_account", account_id=number.account_id)
    permissions.withdraw_number(number, on=timezone.localdate())
    confirmation = Confirmation(
        title="Retirer un changement de banque",
        facts=_facts(number, number.since, iban=masked_iban(number.iban)),
        effects=[
            f"{number.bank} ne servira pas : le compte reste {number.replaces}.",
            "Le changement et son retrait restent dans les données du bassin.",
        ],
        told=[_TOLD],
        undo="Le même changement peut être proposé à nouveau, puis décidé à deux.",
        label="Retirer ce changement",
        back_url=basin_reverse("bank_account", account_id=number.account_id),
        danger=True,
    )
    trailing = trail(number.account, "Retirer un changement de banque")
    context = {"confirmation": confirmation, "breadcrumb": trailing}
    return render(request, "funds/confirm.html", context)
