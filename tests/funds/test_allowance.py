"""The operator's allowance: its cap in a civil year, the agreement of all the partners (R77)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from funds import operations, queries
from funds.enums import AuthorizationKind, Perimeter
from funds.queries import verification
from tests.builders import make_partner
from tests.funds.asking import DAY, NOW, agreed, allowance, asked, command
from tests.funds.attacks import denied


@pytest.fixture(autouse=True)
def endowed(till) -> None:
    assert till.dotation


def test_t22_the_allowance_is_capped_in_a_civil_year_money_and_days_together(till):
    agreed(till, 2027, 2028)
    allowance(till, 900_000)
    allowance(till, 90_000, days=Decimal(1))
    with pytest.raises(InvalidInput, match="Il reste 100\xa0€"):
        allowance(till, 10_001)
    allowance(till, 10_000)
    assert queries.allowance_left(2027) == 0
    assert queries.allowance_left(2028) == 1_000_000
    allowance(till, 1_000_000, on=date(2028, 1, 1))


def test_an_allowance_cancelled_in_another_year_gives_no_room_to_that_year(till):
    agreed(till, 2027, 2028)
    wrong = allowance(till, 900_000)
    reversal = till.ask_reversal(wrong, date(2028, 2, 1), at=NOW)
    till.approve(reversal, at=NOW)
    assert queries.allowance_left(2027) == queries.allowance_left(2028) == 1_000_000
    for day in (DAY, date(2028, 3, 1)):
        allowance(till, 1_000_000, on=day)
        with pytest.raises(InvalidInput, match="Il reste 0"):
            allowance(till, 1, on=day)
    assert not verification.verify().findings


def test_t22_what_is_undone_gives_room_to_its_year_money_or_days(till):
    """The cap is what stands: the days undone are money again, the money undone days again."""
    agreed(till, 2027)
    money = allowance(till, 900_000)
    days = allowance(till, 100_000, days=Decimal(2))
    for wrong, other in ((days, {}), (money, {"days": Decimal(18)})):
        with pytest.raises(InvalidInput, match="Il reste 0"):
            allowance(till, 1)
        till.approve(till.ask_reversal(wrong, DAY, at=NOW), at=NOW)
        freed = queries.amount_of(wrong)
        with pytest.raises(InvalidInput, match="de défraiement possible"):
            allowance(till, freed + 1, **other)
        allowance(till, freed, **other)
    assert queries.allowance_left(2027) == 0
    assert not verification.verify().findings


def test_t22_the_cap_is_held_by_the_database_too(till, monkeypatch):
    agreed(till, 2027, 2028)
    allowance(till, 900_000)
    till.approve(till.ask_reversal(allowance(till, 60_000), date(2028, 1, 5), at=NOW), at=NOW)
    last = asked(till, AuthorizationKind.ALLOWANCE, 100_000, days=Decimal(2))
    monkeypatch.setattr("funds.operations.authorizations._check_limit", lambda *_, **__: None)
    later = operations.Asked(
        kind=AuthorizationKind.ALLOWANCE, amount=1, value_on=DAY, reason="De plus"
    )

    def approve(made) -> None:
        operations.approve_authorization(authorization_id=made.pk, by=till.finance, at=NOW)

    approve(last)
    denied("lg_allowance_le_cap", lambda: approve(operations.propose(later, **command(till))))
    allowance(till, 1_000_000, on=date(2028, 2, 1))
    assert not verification.verify().findings


def test_two_requests_together_stay_within_the_cap(till):
    agreed(till, 2027)
    waiting = asked(till, AuthorizationKind.ALLOWANCE, 1_000_000)
    with pytest.raises(ActionDenied, match="déjà demandée"):
        asked(till, AuthorizationKind.ALLOWANCE, 1)
    operations.approve_authorization(authorization_id=waiting.pk, by=till.finance, at=NOW)
    with pytest.raises(InvalidInput, match="Il reste 0"):
        asked(till, AuthorizationKind.ALLOWANCE, 1)


def test_no_allowance_without_the_agreement_of_all_the_partners(till):
    partners = [make_partner(), make_partner()]
    till.endow(100_000, perimeter=Perimeter.OPS)
    with pytest.raises(ActionDenied, match="accord de tous les partenaires"):
        allowance(till, 1_000)
    sent = {"year": 2027, "agreed_on": DAY, "source": "Avenant", **command(till)}
    with pytest.raises(InvalidInput, match=f"Il manque : {partners[1]}"):
        operations.agree_allowance(partner_ids=[partners[0].pk], **sent)
    everybody = [one.pk for one in partners]
    agreement = operations.agree_allowance(partner_ids=everybody, **sent)
    assert operations.agree_allowance(partner_ids=everybody, **sent) == agreement
    with pytest.raises(InvalidInput, match="déjà enregistré"):
        operations.agree_allowance(partner_ids=everybody, **sent | {"command_key": uuid4()})
    allowance(till, 1_000)
