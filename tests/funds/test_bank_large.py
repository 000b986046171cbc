"""A statement of ten thousand operations, followed on its page until the end (issue 4)."""

import re

import pytest

from alize.outbox.models import Entry as Work
from alize.outbox.operations import run
from basins.enums import Role
from funds.models import BankImport
from funds.operations.bank import CHUNK
from tests.builders import at
from tests.funds.banking import entry, statement
from tests.funds.test_bank_views import send
from tests.words import plain

LINES = 10_000


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2027, 3, 10))


def test_ten_thousand_operations_are_seen_to_move_on_the_page(client_as, till, bank):
    operator = client_as(Role.OPERATOR, user=till.operator)
    advance = till.lent()
    known = entry("277.77", f"REMB {advance.reference}", ref="A")
    unknown = [entry("1.00", f"VIR RECU {rank}", ref=f"B{rank}") for rank in range(LINES - 1)]
    page = send(operator, bank.account, statement(*unknown, known)).url
    seen, shown = [], []
    while waiting := Work.objects.filter(done_at=None, kind__startswith="funds.").first():
        assert run(waiting.pk, at=at(2030, 1, 1))
        state = operator.get(f"{page}avancement/").json()
        seen.append((state["done"], state["steps"], state["is_under_way"]))
        if state["is_under_way"] and state["done"] % 1000 == 0:
            shown += re.findall(r'value="(\d+)"', plain(operator.get(page)))
    assert seen == [(done, LINES, done < LINES) for done in range(0, LINES + 1, CHUNK)]
    assert len(shown) == LINES // 1000
    assert shown == sorted(shown, key=int)
    made = BankImport.objects.get()
    assert (made.done, made.matched, made.statement.lines.count()) == (LINES, 1, LINES)
    result = plain(operator.get(page))
    assert "10 000 opérations importées" in result
    assert "9 999 à rapprocher à la main" in result
