"""The role matrix of security.md 2.2, copied by hand: the walk compares the site with this.

A role that may only see its own or assigned objects stands here too; which objects is the business
of each room's own tests. Where the product gives less than 2.2, it says so beside the line. BE
stands nowhere: a company has no account, what it may read comes by the links of its mails.
"""

from basins.enums import Role

CODES = {
    "AN": Role.NATIONAL_STAFF,
    "VN": Role.NATIONAL_VIEWER,
    "CN": Role.NATIONAL_COMMITTEE,
    "OP": Role.OPERATOR,
    "FI": Role.FINANCE,
    "PC": Role.PRESIDENT,
    "MC": Role.MEMBER,
    "PA": Role.ASSOCIATE,
    "CP": Role.PREFECTURE,
    "AU": Role.AUDITOR,
}

ALLOWED = {
    # Closing a basin is no page: an accepted one closes nowhere yet.
    "basin.suspend": "AN",  # one is enough to stop a basin; two open it (SD14)
    "basin.home": "AN VN CN OP FI PC MC PA CP AU",
    "list.export": "OP FI AU",  # nobody for AN: the second AN that 2.2 asks for is not built
    # The sheet of a company is a part of its file: VN and CN, who read no file, read no sheet.
    "project.read": "AN OP FI PC MC PA CP AU",
    "project.write": "OP",  # PA speaks of a company to the operator, who writes its sheet
    "diagnosis.read": "OP PC MC AU",
    "diagnosis.request": "OP",
    "diagnosis.write": "PC MC",  # the referrer of the file, who sits in the committee
    "meeting.read": "AN OP PC MC CP AU",
    "meeting.write": "OP",
    "agenda.approve": "PC",
    "proposal.write": "OP PC MC",  # MC: whoever presides over the file
    "interest.declare": "PC MC",
    "proxy.read": "OP PC MC AU",
    "proxy.give": "PC MC",
    "note.write": "PC MC",
    "pack.ask": "OP PC MC",  # AU writes nothing: they read the files on their pages
    "question.ask": "PC MC",  # OP asks the company, and writes what it answers in the file
    "question.answer": "OP PC MC",  # the referrer of the file, who sits, or the operator
    "meeting.preside": "PC MC",  # a member presides over the file the president withdrew from
    "ballot.chair": "OP PC MC",  # OP: when the president leaves the votes to the secretary
    "vote.cast": "PC MC",
    "hands.note": "OP",
    "hands.confirm": "PC MC",
    "minutes.read": "AN VN OP PC MC CP AU",
    "minutes.write": "OP",
    "minutes.sign": "PC MC",  # MC: whoever took the chair when the president was away
    "minutes.remark": "OP PC MC",
    "decision.record": "OP PC MC",  # whoever presides; the operator notes a withdrawal
    "decision.rectify": "PC",
    "condition.lift": "OP PC MC",  # whom the committee's rules name
    "decision.reserve": "CP",
    "decision.answer": "OP PC",
    "vote.nominal": "OP PC AU",  # members find their own receipts
    "rules.read": "AN VN OP FI PC MC CP AU",
    "rules.propose": "AN OP",
    "rules.apply": "PC",
    "rules.decide": "AN OP PC",  # who proposes takes back, who decides sets aside
    "seat.write": "OP",
    "declaration.make": "PC MC",
    "declaration.read": "OP PC AU",
    "partner.read": "AN OP FI PC MC PA CP AU",
    "partner.write": "OP",
    "convention.read": "AN OP FI PC MC CP AU",
    "convention.write": "OP",
    "convention.void": "AN PC MC",  # never who asked; MC, AN: when the presidency has withdrawn
    "signature.read": "AN OP FI PC AU",
    "signature.write": "OP",
    "signature.validate": "AN OP",  # never who would sign
    "signature.confirm": "OP FI PC",  # never who uploaded the copy
    "signature.settle": "AN",  # who collects the signatures judges none of them
    "signature.sign": "PC",
    "signature.evidence": "AN OP",
    "fund.read": "AN VN CN OP FI PC MC CP AU",
    "bank.read": "OP FI AU",
    "bank.write": "OP",
    "bank_number.propose": "OP",
    "bank_number.decide": "FI",  # never who proposed it
    "bank_number.withdraw": "OP FI",  # one is enough to stop a change
    "payee.propose": "OP",
    "payee.decide": "FI",  # AU sees the last four digits, and no more for a reason either
    "sepa.read": "OP FI",  # AU reads the journal: the digest stands there
    "sepa.build": "OP",
    "sepa.send": "FI",
    "contribution.record": "OP",
    "cost.record": "OP",
    "authorization.ask": "OP",
    "authorization.decide": "FI",
    "fund.settings": "OP",
    "aid.declare": "OP",
    "reminder.send": "OP",
    "paper.issue": "OP FI",
    "funder_report.freeze": "OP",
    "advance.read": "OP FI PC MC AU",
    "payment.prepare": "OP",
    "payment.release": "FI",
    "repayment.record": "OP",
    "reversal.ask": "OP",
    "schedule.replace": "OP",
    "reversal.decide": "FI",
    "ledger.read": "OP FI AU",
    "ledger.close": "FI",
    "ledger.chart": "FI",
    "provision.book": "FI",
    "follow_up.read": "OP PC MC AU",
    "follow_up.write": "OP",
    "follow_up.answer": "PC MC",  # the follow-up lead of the file, who sits in the committee
    "report.read": "AN VN CN OP FI PC MC PA CP AU",
    "report.write": "OP",  # FI approves no figure of it: they are those of the books that FI closes
    "document.read": "AN VN CN OP FI PC MC PA CP AU",
    "people.read": "AN VN OP PC AU",  # VN: who is there, without their addresses
    "people.invite": "AN OP",  # 2.2 lets OP and PC propose what AN gives: they ask AN outside
    "team.write": "AN",  # 2.2 says nothing of the national roles: who gives the others gives them
    "reset.ask": "AN OP",
    "reset.approve": "AN",
    "factor.require": "PC",
    "audit.read": "AN OP FI PC AU",
    "journal.read": "AN OP FI PC MC AU",  # MC: their own acts
    "journal.export": "AU",
    "national.read": "AN VN CN AU",
    "national.export": "AN VN",
    "candidacy.read": "AN VN CN",
    "candidacy.write": "AN",
    "text.write": "AN",
    "reference.write": "AN",
    "operator.read": "AN VN CN",
    "operator.write": "AN",
    "work.retry": "AN",
}
NATIONAL = frozenset(CODES[code] for code in ("AN", "VN", "CN"))
OUTSIDE_BASINS = NATIONAL | {CODES["AU"]}
"""Control reads the network too."""


def allowed(act: str) -> frozenset[Role]:
    """The roles that may do an act."""
    return frozenset(CODES[code] for code in ALLOWED[act].split())
