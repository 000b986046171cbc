"""The FEC: 18 fields, opening balances first, numbers without gap, and a check of our own (T25)."""

from dataclasses import replace
from datetime import date

import pytest

from funds.bank.fec import (
    CHARSET,
    FecAccount,
    FecLine,
    check_fec,
    file_name,
    opening_lines,
    write_fec,
)

CLOSING = date(2027, 12, 31)


def entry(number: int, amount: int, *, journal: str = "BQ", day: date = date(2027, 3, 15)):
    bank = FecLine(
        journal, "Banque", number, day, "5121", "Compte des avances", f"BQ{number}", day,
        "Remboursement | mars", amount, day,
    )  # fmt: skip
    company = ("AV-1", "Menuiserie")
    return [
        bank,
        replace(bank, account="2748", account_label="Avances", amount=-amount,
                auxiliary=company[0], auxiliary_label=company[1]),
    ]  # fmt: skip


BANK, LOST, RECOVERED = (
    FecAccount("5121", "Banque"), FecAccount("654", "Pertes"), FecAccount("7714", "Récupérations")
)  # fmt: skip
EARNED = FecAccount("758", "Produits")
OPENING = opening_lines(
    {BANK: 1_000, FecAccount("2748", "Avances", "AV-1", "Menuiserie"): 500,
     FecAccount("103", "Dotations"): -1_400, LOST: 300, RECOVERED: -400},
    of_last_year={BANK: 700, LOST: 50, RECOVERED: -400},
    on=date(2027, 1, 1), validated_on=date(2027, 1, 1),
)  # fmt: skip
YEAR = [*entry(2, 5), *entry(1, 27_777), *entry(1, -1_250, journal="OD"), *OPENING]


@pytest.mark.parametrize(
    ("earned", "of_last_year", "brought"),
    [
        (-700, -700, {"120": -700}),
        (700, 700, {"129": 700}),
        (-700, 0, {"110": -700}),
        (700, -300, {"119": 1_000, "120": -300}),
        (0, -500, {"119": 500, "120": -500}),  # the two years do not hide each other
    ],
)
def test_only_the_result_of_the_year_before_is_a_result(earned, of_last_year, brought):
    lines = opening_lines(
        {BANK: -earned, EARNED: earned},
        of_last_year={EARNED: of_last_year},
        on=date(2027, 1, 1), validated_on=date(2027, 1, 1),
    )  # fmt: skip
    assert {line.account: line.amount for line in lines if line.account != "5121"} == brought


def test_the_file_is_what_the_tax_office_reads():
    content = write_fec(YEAR)
    rows = content.decode(CHARSET).split("\r\n")
    assert rows[0].startswith("JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum")
    assert rows[-1] == ""
    assert {len(row.split("|")) for row in rows[:-1]} == {18}
    # What was brought forward, its result included, then each journal by number.
    assert [tuple(row.split("|")[i] for i in (0, 2, 4, 11, 12)) for row in rows[1:]if row] == [
        ("AN", "1", "103", "0,00", "14,00"),
        ("AN", "1", "119", "2,50", "0,00"),
        ("AN", "1", "120", "0,00", "3,50"),
        ("AN", "1", "2748", "5,00", "0,00"),
        ("AN", "1", "5121", "10,00", "0,00"),
        ("BQ", "1", "5121", "277,77", "0,00"),
        ("BQ", "1", "2748", "0,00", "277,77"),
        ("BQ", "2", "5121", "0,05", "0,00"),
        ("BQ", "2", "2748", "0,00", "0,05"),
        ("OD", "1", "5121", "0,00", "12,50"),
        ("OD", "1", "2748", "12,50", "0,00"),
    ]  # fmt: skip
    assert rows[7] == (
        "BQ|Banque|1|20270315|2748|Avances|AV-1|Menuiserie|BQ1|20270315|Remboursement mars|"
        "0,00|277,77|||20270315||"
    )
    assert rows[4].split("|")[4:8] == ["2748", "Avances", "AV-1", "Menuiserie"]
    assert check_fec(content, closing_on=CLOSING) == []
    assert file_name(siren="123456789", closing_on=CLOSING) == "123456789FEC20271231.txt"
    with pytest.raises(ValueError, match="SIREN"):
        file_name(siren="", closing_on=CLOSING)


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("EcritureLib|", "", "18 noms"),
        ("|Remboursement mars|", "|", "17 champs"),
        ("|20270315|2748", "|20271315|2748", "n'est pas une date"),
        ("|20270315|2748", "|20280101|2748", "pas de l'exercice"),
        ("|5121|", "|51X1|", "trois chiffres"),
        ("|BQ1|", "||", "PieceRef est vide"),
        ("277,77|0,00", "277.77|0,00", "deux décimales"),
        ("277,77|0,00", "277,77|277,77", "un seul"),
        ("277,77|0,00", "277,78|0,00", "n'est pas équilibrée"),
        ("BQ|Banque|2|", "BQ|Banque|3|", "ne se suivent pas"),
        ("BQ|Banque|2|", "BQ|Banque|2 bis|", "n'est pas un nombre"),
        ("|||20270315||\r\nBQ|Banque|2", "|||20270316||\r\nBQ|Banque|2", "plusieurs dates"),
        ("OD|Banque|1|", "OD\x80|Banque|1|", "ISO 8859-15"),
        ("OD|Banque|1|", "\r\nOD|Banque|1|", "1 champs au lieu de 18"),
        ("|BQ1|20270315|", "|BQ1|18991231|", "hors de la période"),
        ("|BQ1|20270315|", "|BQ1|21000101|", "hors de la période"),
        ("277,77|0,00|||", "277,77|0,00|AA|20271301|", "n'est pas une date AAAAMMJJ (DateLet)"),
        ("277,77|0,00|||", "277,77|0,00|AA||", "EcritureLet et DateLet"),
        ("277,77|0,00|||", "277,77|0,00|AA|20270401|", None),
        ("|AV-1|Menuiserie|", "|AV-1||", "CompAuxNum et CompAuxLib"),
        ("|20270315||", "|20270315|12,00|", "Montantdevise et Idevise"),
        ("|20270315||", "|20270315|12.00|CHF", "montant en devise"),
        ("|20270315||", "|20270315|12,00|CHF", None),
        ("OD|Banque|1|20270315", "OD|Banque|1|20270314", None),
        ("AN|À-nouveaux|1|", "ZZ|À-nouveaux|1|", None),
    ],
)
def test_our_check_finds_what_the_official_one_does(before, after, finding):
    content = write_fec(YEAR).decode(CHARSET).replace(before, after, -1).encode(CHARSET)
    found = check_fec(content, closing_on=CLOSING)
    if finding is None:
        assert found == []
    else:
        assert finding in found[0]


def test_a_file_without_an_entry_is_found():
    assert check_fec(write_fec([]), closing_on=CLOSING) == [
        "Le fichier ne contient aucune écriture."
    ]


def test_a_number_before_the_one_it_follows_is_found():
    """Whoever reads the file takes the numbers of a journal in their order."""
    rows = write_fec(YEAR).decode(CHARSET).split("\r\n")
    turned = [*rows[:6], *rows[8:10], *rows[6:8], *rows[10:]]
    assert check_fec("\r\n".join(turned).encode(CHARSET), closing_on=CLOSING) == [
        "L'écriture 1 du journal BQ vient après la 2."
    ]


def test_an_opening_in_the_middle_is_found():
    rows = write_fec(YEAR).decode(CHARSET).split("\r\n")
    moved = [rows[0], *rows[6:-1], *rows[1:6], ""]
    assert check_fec("\r\n".join(moved).encode(CHARSET), closing_on=CLOSING) == [
        "Les à-nouveaux ne sont pas en tête du fichier."
    ]


def test_entries_come_in_the_order_of_their_validation():
    """Whatever their day: what was typed later comes after, in each journal and across them."""
    late = [replace(line, validated_on=date(2027, 4, 2)) for line in entry(2, 5)]
    content = write_fec([*late, *entry(1, 100), *entry(1, 7, journal="OD"), *OPENING])
    rows = [row.split("|") for row in content.decode(CHARSET).split("\r\n")[6:-1]]
    assert [(row[0], row[2]) for row in rows[::2]] == [("BQ", "1"), ("OD", "1"), ("BQ", "2")]
    assert check_fec(content, closing_on=CLOSING) == []
    moved = content.replace(b"|||20270402||", b"|||20270301||")
    assert check_fec(moved, closing_on=CLOSING) == [
        "Les écritures ne sont pas dans l'ordre de leur validation."
    ]


def test_the_lines_of_an_entry_follow_each_other():
    first, *rest = write_fec(YEAR).decode(CHARSET).split("\r\n")[6:-1]
    heads = write_fec(YEAR).decode(CHARSET).split("\r\n")[:6]
    apart = "\r\n".join([*heads, *rest[:3], first, *rest[3:], ""]).encode(CHARSET)
    assert check_fec(apart, closing_on=CLOSING)[0] == (
        "Les lignes de l'écriture 1 du journal BQ sont séparées."
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Œuvre d’Élise, 5 €", "Œuvre d'Élise, 5 €"),
        ("a | b\tc\r\nd\u202fe", "a b c d e"),
        ("Ștefan – Škoda… 日", "Stefan - Škoda... ?"),
        ("e\u0301", "é"),
        ("a \uff5c b", "a b"),  # a wide bar stands for the separator
        ("Saint\u2011Jean\u200b, d´Aix", "Saint-Jean, d'Aix"),
        ("\ufb01nance, 1 \u00bd jour", "finance, 1 1/2 jour"),
        ("|", "?"),
    ],
)
def test_a_label_is_written_in_the_letters_of_the_text(typed, written):
    content = write_fec([replace(line, label=typed) for line in entry(1, 100)])
    assert {row.split("|")[10] for row in content.decode(CHARSET).split("\r\n")[1:-1]} == {written}
    assert check_fec(content, closing_on=CLOSING) == []
