"""What leaves as a FEC, line by line against the law and the tax office's checker (T25)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from funds import operations
from funds.bank.fec import FIELDS
from funds.enums import EntryKind, Perimeter
from funds.queries.closing import left_before_closing
from partners.enums import PledgeNature
from tests.builders import at
from tests.funds.fec_rules import broken, sources

FEC = "/bassins/savoie/fonds/comptabilite/fec/"
SIREN = "732829320"
NAME = f"{SIREN}FEC20271231.txt"
ENTRIES = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise",
    "AN|À-nouveaux|1|20270101|102|Dotations|||AN2027|20270101|Reprise|0,00|900,00|||20270101||",
    "AN|À-nouveaux|1|20270101|5121|Banque|||AN2027|20270101|Reprise|900,00|0,00|||20270101||",
    "BA|Avances|1|20270315|2748|Prêts|AV-1|Scierie|BA-1|20270314|Prêt|500,00|0,00|||20270316||",
    "BA|Avances|1|20270315|5121|Banque|||BA-1|20270314|Prêt|0,00|500,00|||20270316||",
    "BA|Avances|2|20270420|5121|Banque|||BA-2|20270420|Reçu|20,50|0,00|||20270420||",
    "BA|Avances|2|20270420|2748|Prêts|AV-1|Scierie|BA-2|20270420|Reçu|0,00|20,50|||20270420||",
)
"""A file of our own that no rule refuses, typed from the article."""
HOSTILE = '« L’œuvre d\'été » : 1 200 €\t| "sûre" – \\N, m² ½ ﬁn… 日\r\n;=1+1'.ljust(120, "à")


def written(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("iso-8859-15")


def put(before: str, after: str) -> bytes:
    text = written(*ENTRIES).decode("iso-8859-15")
    assert before in text
    return text.replace(before, after).encode("iso-8859-15")


REFUSED = [
    ("A47 A-1, IX", "FEC2027.txt", written(*ENTRIES)),
    ("A47 A-1, IX", f"{SIREN}FEC20271331.txt", written(*ENTRIES)),
    ("A47 A-1, XII, 1°", NAME, written(*ENTRIES).decode("iso-8859-15").encode()),
    ("A47 A-1, XII, 1°", NAME, put("|Reçu|", "|Re\tçu|")),
    ("A47 A-1, XII, 1°", NAME, put("|Reçu|", "|Re\xa0çu|")),
    ("A47 A-1, VI, 1°", NAME, put("|", ";")),
    ("A47 A-1, VI, 1°", NAME, written(*ENTRIES).removesuffix(b"\r\n")),
    ("A47 A-1, VII, 4°", NAME, put("|EcritureLib|", "|Libelle|")),
    ("A47 A-1, VII, 4°", NAME, put("|Idevise", "|Idevise|")),
    ("Test Compta Demat, E : « ne contient pas de ligne", NAME, written(ENTRIES[0])),
    ("Test Compta Demat, E : « champs au lieu", NAME, put("|Reçu|", "|Re|çu|")),
    ("Test Compta Demat, E : « champs au lieu", NAME, written(*ENTRIES, "")),
    ("A47 A-1, VII, 1° ; Test Compta Demat, E et V", NAME, put("|BA-2|", "||")),
    ("A47 A-1, VII, 1° ; Test Compta Demat, E et V", NAME, put("|Reçu|", "| |")),
    ("A47 A-1, XII, 3°", NAME, put("|Reçu|", "|Reçu |")),
    ("A47 A-1, VII, 1°, 5", NAME, put("|5121|", "|51A1|")),
    ("A47 A-1, XII, 2°", NAME, put("|20,50|", "|20.50|")),
    ("A47 A-1, XII, 2°", NAME, put("|900,00|", "|1 900,00|")),
    ("Test Compta Demat, A : débit", NAME, put("|20,50|0,00|", "|20,50|20,50|")),
    ("Test Compta Demat, A : débit", NAME, put("|0,00|20,50|", "|0,00|0,00|")),
    ("A47 A-1, XII, 4°", NAME, put("|20270420|5121|", "|2027-04-20|5121|")),
    ("A47 A-1, XII, 4°", NAME, put("|20270314|", "|20271314|")),
    ("A47 A-1, XII, 4°", NAME, put("|20270314|", "|20270229|")),
    ("Test Compta Demat, A : « une date", NAME, put("|20270314|", "|22270314|")),
    ("A47 A-1, VII, 1°, 7", NAME, put("|AV-1|Scierie|", "|AV-1||")),
    ("A47 A-1, VII, 1°, 7", NAME, put("|||20270420||", "|AA||20270420||")),
    ("A47 A-1, VII, 1° : écritures « au titre", NAME, put("|20270315|", "|20280101|")),
    ("A47 A-1, VII, 1° : « classées", NAME, put("|||20270316||", "|||20270501||")),
    ("A47 A-1, VII, 1°, 3", NAME, put("|Avances|2|", "|Avances|3|")),
    ("A47 A-1, VII, 1°, 3", NAME, written(*ENTRIES, *ENTRIES[-2:], ENTRIES[-2], ENTRIES[-3])),
    ("A47 A-1, VII, 3°", NAME, written(ENTRIES[0], *ENTRIES[3:], *ENTRIES[1:3])),
    ("A47 A-1, VII, 3°", NAME, put("|102|Dotations|", "|740|Dotations|")),
    ("A47 A-1, VII, 1° : « hors écritures de solde", NAME, put("|2748|", "|120|")),
    ("funds.md 3.8", NAME, put("|20,50|0,00|", "|20,51|0,00|")),
    ("funds.md 3.8", NAME, put("|Avances|1|20270315|5121|", "|Avances|1|20270316|5121|")),
    ("A47 A-1, XI, 2°", NAME, put("|5121|Banque|||BA-2|", "|5121|Caisse|||BA-2|")),
]  # fmt: skip


def test_a_file_typed_from_the_article_breaks_no_rule():
    assert broken(NAME, written(*ENTRIES)) == []


@pytest.mark.parametrize(("source", "name", "content"), REFUSED)
def test_each_rule_refuses_what_it_names(source, name, content):
    assert [one for one in broken(name, content) if one.startswith(source)]


def test_no_rule_goes_without_what_breaks_it():
    known = tuple({source for source, *_ in REFUSED})
    assert [source for source in sources() if not source.startswith(known)] == []


@pytest.fixture
def export(client_as, till, in_savoie, time_machine):
    """The FEC of a year as it leaves in 2029: its name, its bytes."""
    time_machine.move_to(at(2029, 2, 1))
    with national():
        LocalOperator.objects.update_or_create(
            basin=in_savoie,
            defaults={"name": "Opérateur", "short_name": "OP", "siren": SIREN},
        )
    finance = client_as(Role.FINANCE, user=till.finance)

    def sent(year: int) -> tuple[str, bytes]:
        answer = finance.post(f"{FEC}?annee={year}&export=fec", {"reason": "CONTROL"})
        assert "charset=iso-8859-15" in answer["Content-Type"]
        return answer["Content-Disposition"].split('"')[1], answer.content

    return sent


def test_years_of_both_accounts_leave_as_the_tax_office_reads_them(till, export):
    """Lent, repaid and undone, spent, valued; closed, told late, then a year without an entry."""
    told = {"by": till.operator, "at": at(2026, 6, 20)}
    till.endow(5_000_000, perimeter=Perimeter.OPS, at=at(2026, 5, 2))
    advance = till.lent()
    back = till.repay(advance, 27_777, date(2026, 6, 15), at=at(2026, 6, 16))
    asked = till.ask_reversal(back, date(2026, 6, 18), at=at(2026, 6, 18))
    till.approve(asked, at=at(2026, 6, 19))
    spent = operations.record_cost(
        kind=EntryKind.EXPENSE, amount=1_005, label=HOSTILE, paid_on=date(2026, 6, 20),
        command_key=uuid4(), **told,
    )  # fmt: skip
    operations.record_valued(
        funder=HOSTILE, nature=PledgeNature.SKILLS, received_on=date(2026, 6, 1),
        days=Decimal("2.5"), daily_rate=80_000, command_key=uuid4(), **told,
    )  # fmt: skip
    operations.record_bank_fee(
        amount=350, taken_on=date(2026, 6, 19), command_key=uuid4(), **told
    )  # fmt: skip
    end = date(2026, 12, 31)
    operations.close_period(
        closed_on=end, by=till.finance, at=at(2027, 1, 20), despite=left_before_closing(end)
    )
    # Known once its year is closed: booked in the next, of which it is the first number.
    late = till.repay(advance, 10_000, date(2026, 12, 30), at=at(2027, 2, 3))
    # The clock of whoever recorded it went back: its number comes after, and so does its day.
    earlier = till.repay(advance, 10_000, date(2027, 2, 1), at=at(2027, 2, 1))
    assert (late.no, earlier.no) == (1, 2)
    till.repay(advance, 5_000, date(2029, 1, 15), at=at(2029, 1, 16))
    for year in (2026, 2027, 2028, 2029):
        name, content = export(year)
        assert name == f"{SIREN}FEC{year}1231.txt"
        assert broken(name, content) == []
    name, content = export(2026)
    rows = [line.split("|") for line in content.decode("iso-8859-15").splitlines()]
    assert {row[0] for row in rows[1:]} == {"BA", "BF", "OD", "VA"}
    (label,) = {row[10] for row in rows if row[8] == str(spent)}
    assert "« L'œuvre d'été » : 1 200 € \"sûre\" - \\N, m² 1/2 fin... ? ;=1+1à" in label
    assert len(export(2028)[1].splitlines()) > 1


def test_what_follows_a_payment_of_a_day_to_come_is_validated_on_that_day(till, export):
    """Released on 15 May for 1 June; the notice of the file says so of what is recorded since."""
    ahead, other = till.contracted(), till.lent()
    till.release(till.prepare(ahead, pay_on=date(2026, 6, 1)))
    till.repay(other, 27_777, date(2026, 5, 20), at=at(2026, 5, 20))
    name, content = export(2026)
    assert broken(name, content) == []
    *_, last = (line.split("|") for line in content.decode("iso-8859-15").splitlines())
    assert (last[3], last[15]) == ("20260520", "20260601")
    assert "ni avant la validation de l'écriture enregistrée juste avant" in FIELDS["ValidDate"]
