"""The operator's allowance: its cap in a civil year, the agreement of all the partners (R77)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind, Perimeter
from funds.models import AllowanceAgreement
from funds.queries import verification
from tests.builders import make_partner
from tests.funds.asking import DAY, NOW, agreed, allowance, asked, command
from tests.funds.attacks import denied, refused


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


def agree(till, *partners, year: int = 2027, on: date = DAY, **changes):
    asked = {"year": year, "agreed_on": on, "source": "Comité", **command(till), **changes}
    return operations.agree_allowance(partner_ids=[one.pk for one in partners], **asked)


def bare(till, **changes) -> None:
    values = {"year": 2027, "agreed_on": DAY, "source": "Comité", "recorded_at": NOW}
    AllowanceAgreement.objects.create(**values | {"recorded_by": till.operator} | changes)


def test_the_partners_of_the_year_all_agree(till):
    """Who had left before, or came after, is none of them; who came since the agreement is."""
    there = make_partner(joined_on=date(2026, 1, 1))
    make_partner(joined_on=date(2025, 1, 1), left_on=DAY)
    make_partner(joined_on=date(2028, 1, 1))
    since = make_partner(joined_on=date(2027, 9, 1))
    with pytest.raises(InvalidInput, match=f"de 2027 est nécessaire. Il manque : {since}") as no:
        agree(till, there)
    assert no.value.field == "partner_ids"
    known = agree(till, there, since)
    assert set(known.partners.all()) == {there, since}
    refused("DELETE FROM funds_allowanceagreement_partners")


def test_an_agreement_of_nobody_is_none(till):
    with pytest.raises(InvalidInput, match="Aucun partenaire n'est inscrit pour 2027"):
        agree(till)
    denied("allowance_agreement_is_of_all", lambda: bare(till))
    partner = make_partner()
    with pytest.raises(InvalidInput, match=f"Il manque : {partner}"):
        agree(till)
    denied("allowance_agreement_is_of_all", lambda: bare(till))


@pytest.mark.parametrize("year", [2024, 2026, 2031])
def test_an_agreement_is_of_its_year(till, year):
    partner = make_partner(joined_on=date(2020, 1, 1))
    with pytest.raises(InvalidInput, match="vérifiez l'année et la date") as no:
        agree(till, partner, year=year)
    assert no.value.field == "year"
    denied("allowance_agreement_is_of_its_year", lambda: bare(till, year=year))


def test_the_page_asks_the_partners_of_the_year_typed(client_as, till, time_machine):
    time_machine.move_to(NOW)
    there = make_partner(name="Fidèle", joined_on=date(2026, 1, 1))
    left = make_partner(name="Parti", joined_on=date(2026, 1, 1), left_on=date(2028, 1, 1))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = "/bassins/savoie/fonds/fonctionnement/accord/"
    assert "Parti" not in operator.get(page).content.decode()
    sent = {"year": "2027", "agreed_on": "01/03/2027", "source": "PV", "command_key": uuid4()}
    answer = operator.post(page, {**sent, "partner_ids": [there.pk]})
    assert answer.status_code == 422
    assert "Il manque\u00a0: Parti" in answer.content.decode()
    assert operator.post(page, {**sent, "partner_ids": [there.pk, left.pk]}).status_code == 302


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
