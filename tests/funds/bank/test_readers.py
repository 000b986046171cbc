"""Bank files are read into one shape, or refused whole (T23; funds.md 3.3, 3.4)."""

import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import pytest

from funds.bank import (
    CsvMapping,
    Known,
    Line,
    Statement,
    StatementRefused,
    check_chain,
    guess,
    preview,
    read_statements,
    same_account,
)
from funds.bank.statements import cents, numbered
from tests.funds.bank import samples

MAPPING = CsvMapping(";", "cp1252", "%d/%m/%Y", booked=0, value=1, label=2, amount=3, balance=4)
TWO_COLUMNS = CsvMapping(
    ",", "utf-8-sig", "%Y-%m-%d", booked=0, label=1, debit=2, credit=3, headers=2
)


def read(content: bytes, **given) -> Statement:
    (statement,) = read_statements(content, **given)
    return statement


@pytest.mark.parametrize("version", [2, 8])
def test_t23_camt_gives_its_booked_lines(version):
    statement = read(samples.camt(version))
    assert [line.amount for line in statement.lines] == [
        27_777, 66_666, 50_000, -500_000, -66_666, -23_471,
    ]  # fmt: skip
    assert sum(line.amount for line in statement.lines) == -445_694
    assert (statement.account, statement.opening, statement.closing) == (
        samples.OWN_IBAN, samples.OPENING, samples.CLOSING,
    )  # fmt: skip
    assert [line.reason for line in statement.lines] == ["", "", "", "", "AM04", ""]
    assert [line.is_reversal for line in statement.lines] == [False] * 4 + [True, False]
    assert (statement.since, statement.until) == (date(2027, 3, 1), date(2027, 3, 6))


def test_both_camt_versions_read_the_same():
    assert read(samples.camt(2)) == read(samples.camt(8))


def test_a_camt_line_keeps_who_and_what():
    line = read(samples.camt())
    assert line.lines[0] == Line(
        booked_on=date(2027, 3, 1),
        value_on=date(2027, 3, 1),
        amount=27_777,
        label="REMB AV-2026-SAV-014 ECHEANCE 1",
        name="MENUISERIE DES BAUGES",
        iban=samples.COMPANY_IBAN,
        bank_reference="B001",
    )
    # What came back is named after who owed it, and the amount tells the lines of a batch apart.
    assert (line.lines[4].name, line.lines[4].end_to_end_id) == (
        "ATELIER VELO", "ALZ-AV-2026-SAV-015-E2",
    )  # fmt: skip
    assert [(one.bank_reference, one.occurrence) for one in line.lines[1:3]] == [
        ("B002", 1), ("B002", 1),
    ]  # fmt: skip


def test_a_batch_whose_details_do_not_add_up_stays_one_line():
    batch = samples.ENTRIES[1]
    short = replace(batch, details=(replace(batch.details[0], amount="666.65"), batch.details[1]))
    entries = (samples.ENTRIES[0], short, *samples.ENTRIES[2:])
    assert [line.amount for line in read(samples.camt(entries=entries)).lines][:2] == [
        27_777, 116_666,
    ]  # fmt: skip


def test_a_cent_more_at_the_closing_refuses_the_whole_file():
    with pytest.raises(StatementRefused, match="ne tombe pas juste") as refused:
        read(samples.camt(closing="95543.07"))
    assert "95\u202f543,06" in str(refused.value)
    assert "95\u202f543,07" in str(refused.value)


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]>"
)
EXTERNAL = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (samples.camt(prefix=LAUGHS), "DOCTYPE"),
        (samples.camt(prefix=EXTERNAL), "DOCTYPE"),
        (samples.camt(prefix='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">'), "DOCTYPE"),
        (samples.camt(prefix=LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
         "DOCTYPE"),
        (b"<a>" * 100_000, "abîmé"),
        (samples.camt()[:-200], "abîmé"),
        (samples.camt().replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), "camt.053"),
        (samples.camt().replace(b"277.77", b"277.771"), "deux décimales"),
        (samples.camt().replace(b"277.77", b"2.7e2"), "pas un montant"),
        (samples.camt().replace(b">EUR<", b">CHF<"), "euros"),
        (samples.camt().replace(b"CLBD", b"CLAV"), "solde"),
        (samples.camt().replace(b"2027-03-04", b"2027-02-30"), "pas une date"),
        (b"", "vide"),
        (b"\x89PNG\r\n\x1a\n", "ni un relevé camt.053"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_hostile_or_damaged_file_is_refused(content, sentence):
    with pytest.raises(StatementRefused, match=sentence):
        read(content)


def test_ten_thousand_lines_are_read_within_bounds():
    content = samples.many(10_000)
    started = time.process_time()
    statement = read(content)
    assert time.process_time() - started < 10
    assert len(statement.lines) == 10_000


MEASURE = """
import sys
from funds.bank import read_statements
[statement] = read_statements(sys.stdin.buffer.read())
status = open("/proc/self/status").read()
print(len(statement.lines), int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def test_ten_thousand_lines_are_read_in_little_memory():
    """Of a process of its own, its libraries included.

    Asked of the kernel: `getrusage` counts what the process that starts it weighed.
    """
    content = samples.many(10_000)
    asked = [sys.executable, "-c", MEASURE]
    done = subprocess.run(asked, input=content, capture_output=True, check=True)
    lines, megabytes = map(int, done.stdout.split())
    assert lines == 10_000
    assert megabytes < 400


def test_the_days_of_a_file_are_put_end_to_end():
    first = samples.camt(entries=samples.ENTRIES[:2], closing="101444.43", until=date(2027, 3, 2))
    second = samples.camt(entries=samples.ENTRIES[2:], opening="101444.43", since=date(2027, 3, 3))
    one = second.split(b"</GrpHdr>")[1].split(b"</BkToCstmrStmt>")[0]
    both = first.replace(b"<Stmt>", one + b"<Stmt>")
    assert read(both) == read(samples.camt())
    with pytest.raises(StatementRefused, match="Il manque un relevé"):
        # The days between are left out: each one balances, the file does not.
        late = samples.camt(entries=(), opening="5.00", closing="5.00", since=date(2027, 4, 1),
                            until=date(2027, 4, 1))  # fmt: skip
        read(first.replace(b"</Stmt>", b"</Stmt>" + late.split(b"</GrpHdr>")[1].split(
            b"</BkToCstmrStmt>")[0]))  # fmt: skip


@pytest.mark.parametrize("content", [samples.OFX_SGML, samples.OFX_XML], ids=["sgml", "xml"])
def test_ofx_reads_alike_in_both_writings(content):
    statement = read(content)
    assert (statement.opening, statement.closing, statement.states_opening) == (
        100_000, 126_527, False,
    )  # fmt: skip
    assert same_account(statement.account, samples.OWN_IBAN)
    assert [
        (line.booked_on, line.amount, line.label, line.bank_reference) for line in statement.lines
    ] == [
        (date(2027, 3, 1), 27_777, "MENUISERIE & FILS Échéance AV-2026-SAV-014", "F1"),
        (date(2027, 3, 5), -1_250, "FRAIS", "F2"),
    ]


@pytest.mark.parametrize("ends", ["\r\n", "\n", ""])
def test_cfonb_reads_its_records(ends):
    statement = read(samples.cfonb(ends=ends))
    assert (statement.opening, statement.closing) == (100_000, 126_527)
    assert same_account(statement.account, samples.OWN_IBAN)
    assert statement.lines == (
        Line(
            booked_on=date(2027, 3, 1),
            value_on=date(2027, 3, 2),
            amount=27_777,
            label="VIR MENUISERIE AV-2026-SAV-014 ECHEANCE 1",
            name="MENUISERIE DES BAUGES",
            end_to_end_id="REF-CLIENT-1",
        ),
        Line(
            booked_on=date(2027, 3, 5),
            value_on=date(2027, 3, 5),
            amount=-1_250,
            label="FRAIS",
            bank_reference="20270305-0000042",
        ),
    )


def test_cfonb_shows_a_cent_that_was_changed():
    with pytest.raises(StatementRefused, match="ne tombe pas juste"):
        read(samples.cfonb(closing=126_528))
    with pytest.raises(StatementRefused, match=r"Ligne 2 .* montant"):
        read(samples.cfonb().replace(b"2777G", b"2777X", 1))


def test_csv_reads_one_amount_and_proves_its_balances():
    statement = read(samples.CSV_ONE_AMOUNT, mapping=MAPPING)
    # The newest came first.
    assert [line.amount for line in statement.lines] == [27_777, -1_250]
    assert (statement.opening, statement.closing) == (100_000, 126_527)
    with pytest.raises(StatementRefused, match="ne se suivent pas"):
        read(samples.CSV_ONE_AMOUNT.replace(b"-12,50;", b"-12,51;"), mapping=MAPPING)


def test_csv_with_two_columns_asks_for_the_closing_balance():
    with pytest.raises(StatementRefused, match="solde de clôture"):
        read(samples.CSV_TWO_AMOUNTS, mapping=TWO_COLUMNS)
    statement = read(samples.CSV_TWO_AMOUNTS, mapping=TWO_COLUMNS, closing=126_527)
    assert [line.amount for line in statement.lines] == [27_777, -1_250]
    assert statement.opening == 100_000
    with pytest.raises(StatementRefused, match="ne tombe pas juste"):
        read(samples.CSV_TWO_AMOUNTS, mapping=TWO_COLUMNS, closing=126_527, opening=99_999)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (b"2027-03-05,FRAIS,12.505,", "Ligne 4 .* deux décimales"),
        (b"2027-03-05,FRAIS,douze,", "Ligne 4 .* montant"),
        (b"05/03/2027,FRAIS,12.50,", "Ligne 4 .* date"),
        (b"2027-03-05,FRAIS,12.50,3.00", "Ligne 4 .* un seul"),
        (b"2027-03-05,FRAIS", "Ligne 4 .* colonne 3 manque"),
    ],
)
def test_csv_is_refused_on_its_first_unreadable_line(wrong, sentence):
    content = samples.CSV_TWO_AMOUNTS.replace(b"2027-03-05,FRAIS,12.50,", wrong)
    with pytest.raises(StatementRefused, match=sentence):
        read(content, mapping=TWO_COLUMNS, closing=126_527)


def test_csv_reads_thousands_and_a_line_that_only_informs():
    rows = (
        b'2027-03-01,VIR,0.00,"1,234.56"\n',
        b'2027-03-02,INFORMATION,"0,00","0,00"\n',
        b'2027-03-03,PRLV,"1.234.567,80",\n',
    )
    content = samples.CSV_TWO_AMOUNTS.split(b"2027-03-01")[0] + b"".join(rows)
    statement = read(content, mapping=TWO_COLUMNS, closing=0)
    assert [line.amount for line in statement.lines] == [123_456, -123_456_780]
    for unclear in (b'"1,23.456"', b'"12.34,567"', b"1.234"):
        with pytest.raises(StatementRefused, match="Ligne 5"):
            read(content.replace(b'"1.234.567,80"', unclear), mapping=TWO_COLUMNS, closing=0)


def test_camt_without_a_booking_day_reads_the_value_day():
    bare = re.sub(rb"<BookgDt>.*?</BookgDt>", b"", samples.camt())
    assert read(bare).lines == read(samples.camt()).lines
    with pytest.raises(StatementRefused, match="n'a pas de date"):
        read(re.sub(rb"<ValDt>.*?</ValDt>", b"", bare))


def test_camt_of_an_account_named_by_its_rib_is_of_that_account():
    named = b"<IBAN>" + samples.OWN_IBAN.encode() + b"</IBAN></Id><Ccy>"
    rib = samples.OWN_IBAN[4:].encode()
    other = samples.camt().replace(named, b"<Othr><Id>" + rib + b"</Id></Othr></Id><Ccy>")
    assert same_account(read(other).account, samples.OWN_IBAN)
    assert not same_account(rib.decode(), samples.COMPANY_IBAN)


def test_camt_of_a_payment_in_another_currency_keeps_the_euros_of_its_entry():
    paid = b'<AmtDtls><TxAmt><Amt Ccy="USD">300.00</Amt></TxAmt></AmtDtls>'
    euros = b'<AmtDtls><TxAmt><Amt Ccy="EUR">277.77</Amt></TxAmt></AmtDtls>'
    content = samples.camt(2)
    assert euros in content
    assert read(content.replace(euros, paid)).lines[0].amount == 27_777


def test_two_statements_of_one_day_are_read_in_either_order():
    day = date(2027, 3, 1)

    def part(opening: str, closing: str, reference: str) -> bytes:
        paid = samples.Entry("5.00", True, day, reference)
        days = {"since": day, "until": day}
        content = samples.camt(entries=(paid,), opening=opening, closing=closing, **days)
        return re.search(rb"<Stmt>.*</Stmt>", content)[0]

    parts = [part(f"{n}.00", f"{n + 5}.00", f"R{n}") for n in (0, 5, 10)]
    whole = samples.camt()
    old = re.search(rb"<Stmt>.*</Stmt>", whole)[0]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        statement = read(whole.replace(old, b"".join(parts[n] for n in order)))
        assert (statement.opening, statement.closing) == (0, 1_500)
        assert [line.bank_reference for line in statement.lines] == ["R0", "R5", "R10"]


def test_csv_columns_are_guessed_and_five_lines_shown():
    assert guess(samples.CSV_ONE_AMOUNT) == MAPPING
    assert guess(samples.CSV_TWO_AMOUNTS) == TWO_COLUMNS
    assert guess(b"a;b;c\n1;2;3\n") is None
    many = samples.CSV_TWO_AMOUNTS + b"2027-03-06,PRLV,1.00,\n" * 10
    assert len(preview(many, TWO_COLUMNS)) == 5


def test_two_true_identical_lines_stay_two():
    line = Line(date(2027, 3, 1), date(2027, 3, 1), 27_777, "Vir. Menuiserie")
    same = replace(line, label="VIR  MENUISERIE")
    other = replace(line, amount=27_778)
    assert [one.occurrence for one in numbered([line, same, other])] == [1, 2, 1]


@pytest.mark.parametrize("words", ["NONREF", "NOTPROVIDED", "0000000", ""])
def test_a_word_for_no_reference_is_none(words):
    entries = tuple(replace(entry, reference=words) for entry in samples.ENTRIES)
    lines = read(samples.camt(entries=entries)).lines
    assert {line.bank_reference for line in lines} == {""}
    assert len({(line.identity, line.occurrence) for line in lines}) == 6


KNOWN = Known(since=date(2027, 1, 1), closing=150_00, until=date(2027, 1, 31))


@pytest.mark.parametrize(
    ("opening", "closing", "since", "until", "new", "sentence"),
    [
        (150_00, 170_00, date(2027, 2, 1), date(2027, 2, 28), [20_00], None),
        # It repeats January's last 10 €.
        (140_00, 170_00, date(2027, 1, 20), date(2027, 2, 28), [20_00], None),
        (90_00, 100_00, date(2026, 12, 1), date(2026, 12, 31), [10_00], "plus ancien"),
        (150_00, 150_00, date(2027, 1, 1), date(2027, 1, 31), [], None),
        (160_00, 170_00, date(2027, 3, 1), date(2027, 3, 31), [10_00], "relevé qui manque"),
        (100_00, 151_00, date(2027, 1, 1), date(2027, 1, 30), [1_00], "déjà importée"),
    ],
)
def test_a_statement_follows_the_ones_before_it(opening, closing, since, until, new, sentence):
    lines = [Line(until, until, amount, "X") for amount in new]
    statement = Statement("", opening, closing, since, until, tuple(lines))
    if sentence is None:
        check_chain(statement, lines, KNOWN)
    else:
        with pytest.raises(StatementRefused, match=sentence):
            check_chain(statement, lines, KNOWN)
    check_chain(statement, lines, None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("-0,01", -1),
        ("+7.07", 707),
        ("3.", 300),
        ("100.000", 10_000),
        ("277.7700", 27_777),
    ],
)
def test_amounts_are_read_as_cents(text, amount):
    assert cents(text) == amount


@pytest.mark.parametrize(
    ("content", "mapping"),
    [
        (samples.CSV_ONE_AMOUNT.replace(b"VIR MENUISERIE", b"VIR\0MENUISERIE"), MAPPING),
        (samples.OFX_SGML.replace(b"<NAME>", b"<NAME>\0", 1), None),
        (samples.cfonb().replace(b"VIR", b"V\0R", 1), None),
    ],
)
def test_a_null_character_refuses_the_whole_file(content, mapping):
    assert b"\0" in content
    with pytest.raises(StatementRefused, match="caractères nuls"):
        read(content, mapping=mapping)
