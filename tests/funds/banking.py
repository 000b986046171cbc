"""The accounts of a basin at their bank, their statements, and the acts on them."""

from datetime import date, datetime
from uuid import uuid4

from funds import operations
from funds.enums import Perimeter
from funds.models import Posting
from funds.queries import balances
from funds.queries import bank as queries
from tests.builders import at
from tests.funds.bank import samples
from tests.funds.bank.samples import Detail, camt
from tests.funds.bank.samples import Entry as Booked

NOW = at(2027, 3, 10)
DAY = date(2027, 3, 2)
MOVED_ON = date(2027, 3, 8)


class Bank:
    """The account of the advances at its bank, and the acts on it."""

    def __init__(self, till) -> None:
        self.till = till
        self.account = operations.open_bank_account(
            perimeter=Perimeter.FUND,
            bank_name="Crédit des Alpes",
            holder="FONDS ALIZE",
            iban=samples.OWN_IBAN,
            bic="AGRIFRPP",
            by=till.operator,
            at=at(2026, 1, 2),
        )

    def on_operating_account(self) -> None:
        self.account = operations.open_bank_account(
            perimeter=Perimeter.OPS,
            bank_name="Crédit des Alpes",
            holder="FONCTIONNEMENT",
            iban=samples.OPERATING_IBAN,
            bic="AGRIFRPP",
            by=self.till.operator,
            at=at(2026, 1, 2),
        )

    def propose(self, **changes):
        """The account moves to another bank; who finances decides it."""
        asked = {
            "bank_name": "Banque du Lac",
            "holder": "FONDS ALIZE",
            "iban": samples.NEW_IBAN,
            "bic": "AGRIFRPP",
            "wanted_on": MOVED_ON,
            "by": self.till.operator,
            "at": at(2027, 2, 20),
            "command_key": uuid4(),
            **changes,
        }
        return operations.propose_number(account_id=self.account.pk, **asked)

    def move(self, **changes):
        """The account is at another bank from `MOVED_ON`."""
        proposed = self.propose(**changes)
        return operations.approve_number(
            number_id=proposed.pk, by=self.till.finance, at=at(2027, 2, 21)
        )

    def load(self, content: bytes, *, at: datetime = NOW, **changes):
        made = operations.ask_import(
            account_id=self.account.pk,
            file_name="releve.xml",
            content=content,
            closing=None,
            by=self.till.operator,
            at=at,
            **changes,
        )
        made = operations.read_import(import_id=made.pk, at=at)
        while made.statement_id and made.finished_at is None:
            made = operations.match_chunk(import_id=made.pk, size=4, on=at.date(), at=at)
        return made

    def do(self, act, line, **asked):
        asked = {"by": self.till.operator, "at": NOW, "command_key": uuid4(), **asked}
        return act(line_id=line.pk, **asked)

    def lines(self):
        return list(queries.open_lines(self.account))

    @property
    def held(self) -> int:
        return balances(on=date(2028, 1, 1))["FUND_BANK"]


def entry(amount: str, text: str, *, credit=True, ref="", day=DAY, **detail) -> Booked:
    reason = detail.get("reason", "")
    return Booked(amount, credit, day, ref or text[:20] or "X",
                  (Detail(amount, text=text, **detail),), reversal=bool(reason))  # fmt: skip


def statement(*entries: Booked, opening: int = 0, **days) -> bytes:
    cents = sum(round(float(one.amount) * 100) * (1 if one.credit else -1) for one in entries)
    return camt(entries=entries, opening=euros(opening), closing=euros(opening + cents), **days)


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def balance(account: str) -> int:
    return sum(Posting.objects.filter(account=account).values_list("amount", flat=True))
