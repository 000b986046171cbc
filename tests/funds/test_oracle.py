"""The year that leaves for the accountant, added up again by whom knows nothing of the product.

Only the text of the file is read (FEC, funds.md 3.8): what it says of each account, each journal
and each advance is what the screens say.
"""

from collections import Counter
from datetime import date

import pytest

from funds import queries
from funds.bank.fec import CHARSET, check_fec, write_fec
from funds.models import Entry
from funds.queries.accounting import balance_rows
from funds.queries.fec import fec_lines, fec_years
from tests.funds.fec_rules import broken
from tests.funds.test_proof import SEEDS, Life


def read(content: bytes) -> list[dict[str, str]]:
    head, *rows = content.decode(CHARSET).splitlines()
    return [dict(zip(head.split("|"), row.split("|"), strict=True)) for row in rows]


def cents(row: dict[str, str]) -> int:
    debit, credit = (int(row[side].replace(",", "")) for side in ("Debit", "Credit"))
    return debit - credit


def added(rows: list[dict[str, str]], *names: str) -> dict[tuple[str, ...], int]:
    """The balance of each account, journal or advance, where there is one."""
    sums = Counter[tuple[str, ...]]()
    for row in rows:
        sums[tuple(row[name] for name in names)] += cents(row)
    return {key: total for key, total in sums.items() if total}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_file_added_up_again_says_what_the_screens_say(till, seed):
    life = Life(till, seed)
    life.fund_operations()
    life.live()
    of_advances, entries, owed_before = [], 0, {}
    for year in reversed(fec_years()):
        first, last = date(year, 1, 1), date(year, 12, 31)
        content = write_fec(fec_lines(year))
        assert check_fec(content, closing_on=last) == []
        assert broken(f"732829320FEC{last:%Y%m%d}.txt", content) == []
        rows = read(content)
        moved = [row for row in rows if row["JournalCode"] != "AN"]
        assert not added(rows, "JournalCode", "EcritureNum")
        shown = {row.code: row for row in balance_rows(since=first, until=last)}
        within = {code: row.debit - row.credit for code, row in shown.items()}
        assert added(moved, "CompteNum") == {(code,): sum_ for code, sum_ in within.items() if sum_}
        assert added(rows, "CompteNum") == {
            (code,): row.after for code, row in shown.items() if row.after
        }
        of_companies = [row for row in rows if row["CompAuxNum"]]
        opened = [row for row in of_companies if row["JournalCode"] == "AN"]
        assert added(opened, "CompteNum", "CompAuxNum") == owed_before
        owed_before = added(of_companies, "CompteNum", "CompAuxNum")
        of_advances += [row for row in moved if row["CompAuxNum"]]
        entries += len({(row["JournalCode"], row["EcritureNum"]) for row in moved})
    assert entries == Entry.objects.count()
    found = added(of_advances, "CompteNum", "CompAuxNum")
    said = {}
    for advance in life.advances:
        standing = queries.book_of(advance).position(date.max)
        said["2748", advance.reference] = standing.outstanding
        said["467", advance.reference] = -standing.overpaid
    assert found == {key: total for key, total in said.items() if total}
