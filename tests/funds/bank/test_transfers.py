"""A transfer file is valid, whole, and the same each time; what a bank would change is refused."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from funds.bank.identifiers import bic_of, masked_iban, read_bic, read_iban
from funds.bank.transfers import Debtor, Transfer, build_transfers, end_to_end_id
from tests.funds.bank.samples import COMPANY_IBAN, OWN_IBAN

DEBTOR = Debtor("FONDS ALIZE SAVOIE", OWN_IBAN, "AGRIFRPPXXX")
TRANSFER = Transfer(
    "ALZ-AV-2026-SAV-014-E1",
    "MENUISERIE DES BAUGES",
    COMPANY_IBAN,
    2_000_001,
    date(2027, 3, 15),
    "AVANCE AV-2026-SAV-014",
    "PSSTFRPPPAR",
)
MADE_AT = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
SCHEMAS = Path(sepaxml.__file__).parent / "schemas"


def build(*transfers: Transfer, **changes):
    asked = {"debtor": DEBTOR, "message_id": "ALZ-1", "made_at": MADE_AT, **changes}
    return build_transfers(transfers=transfers or [TRANSFER], **asked)


@pytest.mark.parametrize("schema", ["pain.001.001.09", "pain.001.001.03"])
@pytest.mark.parametrize("bic", ["PSSTFRPPPAR", ""])
def test_the_file_follows_the_schema(schema, bic):
    made = build(
        replace(TRANSFER, bic=bic),
        replace(TRANSFER, end_to_end_id="ALZ-2", amount=7, pay_on=date(2027, 3, 16)),
        schema=schema,
    )
    document = etree.fromstring(made.content)
    etree.XMLSchema(file=SCHEMAS / f"{schema}.xsd").assertValid(document)
    assert [element.text for element in document.iter("{*}InstdAmt")] == ["20000.01", "0.07"]
    assert [element.text for element in document.iter("{*}CtrlSum")] == [
        "20000.08", "20000.01", "0.07",
    ]  # fmt: skip
    assert next(document.iter("{*}NbOfTxs")).text == "2"
    assert [element.text for element in document.iter("{*}EndToEndId")] == [
        TRANSFER.end_to_end_id, "ALZ-2",
    ]  # fmt: skip
    assert (made.total, made.count) == (2_000_008, 2)
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()


def test_the_same_orders_give_the_same_bytes():
    assert build().content == build().content
    assert build().sha256 != build(replace(TRANSFER, amount=2_000_002)).sha256


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "MENUISERIE DES ÉTANGS"}, "É"),
        ({"name": "DUPONT & FILS"}, "&"),
        ({"name": "A" * 71}, "71 caractères"),
        ({"name": ""}, "manque"),
        ({"text": "B" * 141}, "141 caractères"),
        ({"text": "n° 12"}, "°"),
        ({"text": "A//B"}, "/"),
        ({"end_to_end_id": "C" * 36}, "36 caractères"),
        ({"iban": "FR1420041010050500013M02607"}, "IBAN n'existe pas"),
        # The key of the IBAN is right, the one of the RIB is not.
        ({"iban": "FR4120041010050500013M02605"}, "IBAN n'existe pas"),
        ({"bic": "PSST"}, "BIC"),
        ({"amount": 0}, "montant"),
        ({"amount": -5}, "montant"),
        ({"amount": 100_000_000_001}, "montant"),
    ],
)
def test_what_a_bank_would_cut_or_refuse_is_refused_first(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        build(replace(TRANSFER, **changes))


def test_a_file_holds_transfers_once_from_a_real_account():
    with pytest.raises(ValueError, match="deux fois"):
        build(TRANSFER, TRANSFER)
    with pytest.raises(ValueError, match="au moins un"):
        build_transfers(debtor=DEBTOR, transfers=[], message_id="M", made_at=MADE_AT)
    with pytest.raises(ValueError, match="IBAN n'existe pas"):
        build(debtor=replace(DEBTOR, iban=f"{OWN_IBAN[:-1]}0"))
    with pytest.raises(ValueError, match="BIC"):
        build(debtor=replace(DEBTOR, bic=""))
    with pytest.raises(ValueError, match="format"):
        build(schema="pain.008.001.08")


def test_two_hundred_orders_are_one_file():
    orders = [replace(TRANSFER, end_to_end_id=end_to_end_id("AV-1", n)) for n in range(200)]
    made = build(*orders)
    assert (made.count, made.total) == (200, 200 * 2_000_001)


def test_identifiers():
    assert end_to_end_id("AV-2026-SAV-014", 2) == "ALZ-AV-2026-SAV-014-E2"
    with pytest.raises(ValueError, match="caractères"):
        end_to_end_id("A" * 30, 1)
    assert read_iban(" fr14 2004 1010 0505 0001 3m02 606 ") == COMPANY_IBAN
    assert bic_of(COMPANY_IBAN) == "PSSTFRPP"
    assert read_bic("agrifrpp", iban=COMPANY_IBAN) == "AGRIFRPP"
    assert read_bic("BRDRREXX", iban=COMPANY_IBAN) == "BRDRREXX"
    with pytest.raises(ValueError, match="autre pays"):
        read_bic("DEUTDEFF", iban=COMPANY_IBAN)


@pytest.mark.parametrize(
    "iban", ["TN5910006035183598478831", "TR330006100519786457841326", "AE070331234567890123456"]
)
def test_an_account_that_no_transfer_reaches_is_refused(iban):
    with pytest.raises(ValueError, match="hors de l'espace SEPA"):
        read_iban(iban)


def test_a_transfer_goes_to_a_bank_of_the_country_of_the_account():
    with pytest.raises(ValueError, match="autre pays"):
        build(replace(TRANSFER, bic="DEUTDEFF"))
    assert masked_iban(COMPANY_IBAN) == "FR14 •••• •••• 2606"
