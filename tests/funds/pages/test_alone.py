"""One person alone tries to make money leave, by twelve ways: no order is released (S37)."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, Refusal
from basins import operations as roles
from basins import tenancy
from basins.enums import Role
from basins.models import Membership
from funds import operations
from funds.models import Entry, PaymentOrder, SepaTransfer
from funds.rules.ledger import Leg
from tests.builders import make_user
from tests.funds.attacks import denied, write
from tests.funds.banking import Bank
from tests.funds.pages.conftest import HOME, page_of
from tests.funds.test_payees import OTHER_IBAN

TODAY = date(2026, 7, 25)


class Attempt:
    """Somebody alone before a payment that the operator prepared, and nobody released."""

    def __init__(self, till, client_as) -> None:
        assert till.dotation
        self.till, self.client_as = till, client_as
        self.order = till.prepare(till.contracted(), pay_on=TODAY)
        self.operator = client_as(Role.OPERATOR, user=till.operator)
        self.finance = client_as(Role.FINANCE, user=till.finance)

    @property
    def page(self) -> str:
        return f"{HOME}versements/{self.order.pk}/liberer/"

    def read(self) -> dict[str, str]:
        """What the second signatory sends from the page that is open before them."""
        return {"seen": self.finance.get(self.page).context["form"]["seen"].value()}

    def release(self, **changes):
        return self.till.release(self.order, at=timezone.now(), **changes)


def releases_what_they_prepared(one: Attempt) -> None:
    with pytest.raises(ActionDenied, match="libéré par une autre"):
        one.release(by=one.till.operator)


def prepares_as_the_second_signatory(one: Attempt) -> None:
    operations.cancel_payment(order_id=one.order.pk, by=one.till.operator, at=timezone.now())
    asked = {"amount": "10 000", "pay_on": "25/07/2026", "command_key": str(uuid4())}
    assert one.finance.post(f"{page_of(one.order.advance)}verser/", asked).status_code == 403
    # Even if the page let it through.
    one.order = one.till.prepare(one.order.advance, by=one.till.finance, pay_on=TODAY)
    with pytest.raises(ActionDenied, match="libéré par une autre"):
        one.release()


def posts_straight_to_the_page(one: Attempt) -> None:
    assert one.operator.post(one.page).status_code == 403


def posts_what_the_other_read_in_their_name(one: Attempt) -> None:
    """There is no delegation: neither the digest nor a name makes somebody else of who sends."""
    sent = {**one.read(), "by": one.till.finance.pk, "released_by": one.till.finance.pk}
    assert one.operator.post(one.page, sent).status_code == 403


def invites_a_second_account_of_theirs(one: Attempt) -> None:
    asked = {"first_name": "Camille", "last_name": "Martin", "basin": one.till.basin}
    own = make_user()
    with tenancy.national(), pytest.raises(ActionDenied, match="ne permet pas d'attribuer"):
        roles.invite(
            email=own.email, role=Role.FINANCE, by=one.till.operator, at=timezone.now(), **asked
        )
    # Whatever role they may give it.
    second = one.client_as(Role.ASSOCIATE)
    assert second.post(one.page, one.read()).status_code in {403, 404}


def holds_both_roles(one: Attempt) -> None:
    finance = Membership(
        person=one.till.operator, basin=one.till.basin, role=Role.FINANCE, starts_on=TODAY
    )
    with tenancy.national(), pytest.raises(IntegrityError) as both, transaction.atomic():
        finance.save()
    assert both.value.__cause__.diag.constraint_name == "membership_one_side_of_the_money"


def changes_role_meanwhile(one: Attempt) -> None:
    with tenancy.national():
        held = Membership.objects.get(person=one.till.operator, basin=one.till.basin)
        held.ends_on = date(2026, 7, 24)
        held.save(update_fields=["ends_on"])
        Membership.objects.create(
            person=one.till.operator, basin=one.till.basin, role=Role.FINANCE, starts_on=TODAY
        )
    switched = one.client_as(Role.FINANCE, user=one.till.operator)
    assert switched.post(one.page, one.read()).url == page_of(one.order.advance)


def raises_the_amount_once_the_other_has_read_it(one: Attempt) -> None:
    for change in ("amount = amount + 1", f"prepared_by_id = {one.till.finance.pk}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE funds_paymentorder SET {change}")


def prepares_another_in_a_second_tab(one: Attempt) -> None:
    read = one.read()
    operations.cancel_payment(order_id=one.order.pk, by=one.till.operator, at=timezone.now())
    one.till.prepare(one.order.advance, amount=999_999, pay_on=TODAY)
    assert one.finance.post(one.page, read).url == page_of(one.order.advance)


def uses_a_page_of_somebody_who_left(one: Attempt) -> None:
    read = one.read()
    with tenancy.national():
        staff = make_user(Role.NATIONAL_STAFF)
        held = Membership.objects.get(person=one.till.finance, basin=one.till.basin)
        roles.end_role(membership_id=held.pk, basin=one.till.basin, by=staff, at=timezone.now())
    assert one.finance.post(one.page, read).status_code in {403, 404}


def sends_the_money_to_details_of_their_own(one: Attempt) -> None:
    payee = one.till.propose_payee(one.order.advance, iban=OTHER_IBAN)
    with pytest.raises(ActionDenied, match="par une autre"):
        one.till.approve_payee(payee, by=one.till.operator)
    assert one.finance.post(one.page).url == page_of(one.order.advance)


def writes_it_in_the_database(one: Attempt) -> None:
    order, advance, amount = one.order, one.order.advance, one.order.amount
    payee = advance.project.beneficiary.payee_accounts.get()
    released = {"status": "RELEASED", "released_at": timezone.now(), "payee": payee}
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentOrder.objects.filter(pk=order.pk).update(released_by=one.till.operator, **released)
    legs = Leg("RECEIVABLE", amount), Leg("FUND_BANK", -amount)
    paid = {"kind": "DISBURSEMENT", "advance": advance, "order": order, "journal": "BA"}
    denied("lg_as_released", lambda: write(one.till, *legs, **paid))
    assert Bank(one.till)
    with pytest.raises(Refusal):
        operations.build_file(
            order_ids=[order.pk], by=one.till.operator, at=timezone.now(), command_key=uuid4()
        )


WAYS = [
    releases_what_they_prepared,
    prepares_as_the_second_signatory,
    posts_straight_to_the_page,
    posts_what_the_other_read_in_their_name,
    invites_a_second_account_of_theirs,
    holds_both_roles,
    changes_role_meanwhile,
    raises_the_amount_once_the_other_has_read_it,
    prepares_another_in_a_second_tab,
    uses_a_page_of_somebody_who_left,
    sends_the_money_to_details_of_their_own,
    writes_it_in_the_database,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_pays_alone(client_as, till, way):
    way(Attempt(till, client_as))
    assert not PaymentOrder.objects.filter(status="RELEASED").exists()
    assert not Entry.objects.filter(kind="DISBURSEMENT").exists()
    assert not SepaTransfer.objects.exists()


def test_two_persons_do(client_as, till):
    """What all the ways above lack is the other person alone."""
    one = Attempt(till, client_as)
    assert one.finance.post(one.page, one.read()).url == page_of(one.order.advance)
    assert Entry.objects.get(order=one.order).recorded_by_id == till.finance.pk
