"""The agreement on the allowance, withdrawn when it was recorded for a wrong year (R77)."""

import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied
from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind
from funds.models import AllowanceAgreement
from tests.builders import journal, make_partner
from tests.funds.asking import DAY, NOW, agreed, allowance, asked
from tests.funds.attacks import denied

PAGE = "/bassins/savoie/fonds/fonctionnement/"


def withdraw(till, agreement, by=None):
    return operations.withdraw_agreement(
        agreement_id=agreement.pk, reason="C'était pour 2028", by=by or till.operator, at=NOW
    )


@pytest.fixture
def agreement(till) -> AllowanceAgreement:
    assert till.dotation
    make_partner()
    agreed(till, 2027)
    return AllowanceAgreement.objects.get()


def test_an_agreement_of_a_wrong_year_gives_way_to_another(till, agreement):
    assert withdraw(till, agreement) == withdraw(till, agreement)
    with pytest.raises(ActionDenied, match="déjà retiré"):
        withdraw(till, agreement, by=till.finance)
    assert queries.allowance_agreement(2027) is None
    with pytest.raises(ActionDenied, match="enregistrez d'abord cet accord"):
        allowance(till, 100)
    agreed(till, 2027)
    assert allowance(till, 100)
    assert [one.withdrawal for one in queries.withdrawn_agreements(2027)] == ["C'était pour 2028"]


def test_what_serves_stays(till, agreement):
    waiting = asked(till, AuthorizationKind.ALLOWANCE, 100)
    with pytest.raises(ActionDenied, match="attend le second signataire"):
        withdraw(till, agreement)
    entry = operations.approve_authorization(authorization_id=waiting.pk, by=till.finance, at=NOW)
    assert journal("authorization.approved") == [till.finance.pk]
    with pytest.raises(ActionDenied, match="demandez d'abord l'annulation"):
        withdraw(till, agreement)
    till.approve(till.ask_reversal(entry, DAY, at=NOW), at=NOW)
    assert withdraw(till, agreement)


def test_the_database_keeps_an_agreement_that_served(till, agreement, monkeypatch):
    waiting = asked(till, AuthorizationKind.ALLOWANCE, 100)
    change = AllowanceAgreement.objects.filter(pk=agreement.pk).update
    withdrawn = {"withdrawn_at": NOW, "withdrawn_by": till.operator, "withdrawal": "Faux"}
    with pytest.raises(IntegrityError, match="year is frozen"), transaction.atomic():
        change(year=2028)
    denied("allowance_agreement_withdrawn_has_its_reason",
           lambda: change(**withdrawn | {"withdrawal": ""}))  # fmt: skip
    decided = {"authorization_id": waiting.pk, "by": till.finance, "at": NOW}
    change(**withdrawn)
    monkeypatch.setattr("funds.operations.authorizations._check_limit", lambda *_, **__: None)
    denied("lg_allowance_agreed", lambda: operations.approve_authorization(**decided))
    denied("allowance_agreement_has_served", lambda: change(withdrawn_at=None, withdrawn_by=None,
                                                            withdrawal=""))  # fmt: skip
    agreed(till, 2027)
    operations.approve_authorization(**decided)
    second = AllowanceAgreement.objects.filter(withdrawn_at=None)
    denied("allowance_agreement_has_served", lambda: second.update(**withdrawn))


def test_the_page_withdraws_it_with_its_reason(client_as, till, agreement, time_machine):
    time_machine.move_to(DAY)
    operator = client_as(Role.OPERATOR, user=till.operator)
    path = f"{PAGE}accord/{agreement.pk}/retirer/"
    assert path in operator.get(PAGE).content.decode()
    assert "reste lisible" in operator.get(path).content.decode()
    assert operator.post(path, {"reason": ""}).status_code == 422
    assert operator.post(path, {"reason": "Mauvaise année"}).status_code == 302
    assert "Mauvaise année" in operator.get(PAGE).content.decode()
    assert operator.get(path).status_code == 302
