"""The role matrix: which role may do which act at all (security.md 2.2).

What one may do with one object (own, assigned, not after a recusal) is checked on top of it by
each application's `permissions.py`. The same table generates the matrix test.
"""

from functools import cache

from django.conf import settings

from alize.common.access import Audience, rule_of, walk
from basins.enums import NATIONAL_ROLES, Role

_STAFF = frozenset({Role.NATIONAL_STAFF})
_VIEWERS = frozenset({Role.NATIONAL_STAFF, Role.NATIONAL_VIEWER})
_OPERATOR = frozenset({Role.OPERATOR})
_COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})
_CONTROL = frozenset({Role.AUDITOR})
_LOCAL = frozenset(Role) - NATIONAL_ROLES

MATRIX: dict[str, frozenset[Role]] = {
    "basin.home": frozenset(Role),
    # Lists that name people or companies, for a reason that the journal keeps.
    "list.export": _OPERATOR | _CONTROL | {Role.FINANCE},
    "project.read": _STAFF
    | _OPERATOR
    | _COMMITTEE
    | _CONTROL
    | {Role.FINANCE, Role.ASSOCIATE, Role.PREFECTURE},
    "project.write": _OPERATOR,
    "diagnosis.read": _OPERATOR | _COMMITTEE | _CONTROL,
    "diagnosis.request": _OPERATOR,
    "diagnosis.write": _COMMITTEE,
    "meeting.read": _STAFF | _OPERATOR | _COMMITTEE | _CONTROL | {Role.PREFECTURE},
    "meeting.write": _OPERATOR,
    "agenda.approve": frozenset({Role.PRESIDENT}),
    # The secretary, and whoever presides over the file (voting.md 5.3, Amend).
    "proposal.write": _OPERATOR | _COMMITTEE,
    "interest.declare": _COMMITTEE,
    "proxy.read": _OPERATOR | _COMMITTEE | _CONTROL,
    "proxy.give": _COMMITTEE,
    "note.write": _COMMITTEE,
    # A PDF of one's own is made and kept: who only looks on reads the files on their pages.
    "pack.ask": _OPERATOR | _COMMITTEE,
    "question.ask": _COMMITTEE,
    # The referrer of the file, who sits in the committee, or the operator; else the presidency.
    "question.answer": _OPERATOR | _COMMITTEE,
    "meeting.preside": _COMMITTEE,
    # Whoever presides over the file; a member does when the president has withdrawn from it, the
    # secretary when the president leaves the votes to them.
    "ballot.chair": _COMMITTEE | _OPERATOR,
    "vote.cast": _COMMITTEE,
    "hands.note": _OPERATOR,
    "hands.confirm": _COMMITTEE,
    "minutes.read": _VIEWERS | _OPERATOR | _COMMITTEE | _CONTROL | {Role.PREFECTURE},
    "minutes.write": _OPERATOR,
    # Whoever presided, a member when the president was not there; and the presidency.
    "minutes.sign": _COMMITTEE,
    "minutes.remark": _OPERATOR | _COMMITTEE,
    # Without a vote: the chair, or the operator who notes a withdrawal.
    "decision.record": _OPERATOR | _COMMITTEE,
    "decision.rectify": frozenset({Role.PRESIDENT}),
    # Whom the committee's rules name; the chair of the day when it is the committee in session.
    "condition.lift": _OPERATOR | _COMMITTEE,
    # A posteriori: the local steering committee asks, the approval committee answers (R25, R31).
    "decision.reserve": frozenset({Role.PREFECTURE}),
    "decision.answer": _OPERATOR | {Role.PRESIDENT},
    "vote.nominal": _OPERATOR | _CONTROL | {Role.PRESIDENT},
    "rules.read": _VIEWERS | _OPERATOR | _COMMITTEE | _CONTROL | {Role.FINANCE, Role.PREFECTURE},
    "rules.propose": _STAFF | _OPERATOR,
    # Never who proposed it.
    "rules.apply": frozenset({Role.PRESIDENT}),
    "rules.decide": _STAFF | _OPERATOR | {Role.PRESIDENT},
    "seat.write": _OPERATOR,
    # One's own, once a year (C1); who has declared is for those who keep and lead the committee.
    "declaration.make": _COMMITTEE,
    "declaration.read": _OPERATOR | _CONTROL | {Role.PRESIDENT},
    "partner.read": _STAFF | _LOCAL,
    "partner.write": _OPERATOR,
    "convention.read": _STAFF | _OPERATOR | _COMMITTEE | _CONTROL | {Role.FINANCE, Role.PREFECTURE},
    "convention.write": _OPERATOR,
    # What all have signed, before its day: never who asked for it, nor who has withdrawn from the
    # file; a member when the presidency has, ASTREES when nobody of the basin may.
    "convention.void": _STAFF | _COMMITTEE,
    # Who follows a circuit; the addresses of machines are for those who keep the evidence.
    "signature.read": _STAFF | _OPERATOR | _CONTROL | {Role.FINANCE, Role.PRESIDENT},
    "signature.write": _OPERATOR,
    # Never who would sign; ASTREES is asked when the basin has no other operator.
    "signature.validate": _STAFF | _OPERATOR,
    # Never who uploaded the signed copy.
    "signature.confirm": _OPERATOR | {Role.FINANCE, Role.PRESIDENT},
    # What becomes of a signature contested after the seal: nobody who collects them decides it.
    "signature.settle": _STAFF,
    # What waits for the presidency's own signature (C8); the others sign by their link.
    "signature.sign": frozenset({Role.PRESIDENT}),
    "signature.evidence": _STAFF | _OPERATOR,
    "fund.read": NATIONAL_ROLES | (_LOCAL - {Role.ASSOCIATE}),
    "advance.read": _OPERATOR | _COMMITTEE | _CONTROL | {Role.FINANCE},
    "payment.prepare": _OPERATOR,
    "payment.release": frozenset({Role.FINANCE}),
    "repayment.record": _OPERATOR,
    "reversal.ask": _OPERATOR,
    "schedule.replace": _OPERATOR,
    "reversal.decide": frozenset({Role.FINANCE}),
    "ledger.read": _OPERATOR | _CONTROL | {Role.FINANCE},
    "ledger.close": frozenset({Role.FINANCE}),
    # What the accounts are called outside; it moves no money, and no closed year.
    "ledger.chart": frozenset({Role.FINANCE}),
    "provision.book": frozenset({Role.FINANCE}),
    "bank.read": _OPERATOR | _CONTROL | {Role.FINANCE},
    "bank.write": _OPERATOR,
    # The bank of the fund itself (T11): never who proposed it.
    "bank_number.propose": _OPERATOR,
    "bank_number.decide": frozenset({Role.FINANCE}),
    "bank_number.withdraw": _OPERATOR | {Role.FINANCE},
    "payee.propose": _OPERATOR,
    "payee.decide": frozenset({Role.FINANCE}),
    "sepa.read": _OPERATOR | {Role.FINANCE},
    "sepa.build": _OPERATOR,
    "sepa.send": frozenset({Role.FINANCE}),
    "contribution.record": _OPERATOR,
    "cost.record": _OPERATOR,
    "authorization.ask": _OPERATOR,
    "authorization.decide": frozenset({Role.FINANCE}),
    "fund.settings": _OPERATOR,
    "aid.declare": _OPERATOR,
    "reminder.send": _OPERATOR,
    "funder_report.freeze": _OPERATOR,
    # What a company asks for: its account, the proof that it is settled.
    "paper.issue": _OPERATOR | {Role.FINANCE},
    "follow_up.read": _OPERATOR | _COMMITTEE | _CONTROL,
    "follow_up.write": _OPERATOR,
    "follow_up.answer": _COMMITTEE,
    "report.read": NATIONAL_ROLES | _LOCAL,
    "report.write": _OPERATOR,
    "document.read": frozenset(Role),
    # The viewer reads who is there, without the addresses.
    "people.read": _VIEWERS | _OPERATOR | _CONTROL | {Role.PRESIDENT},
    "people.invite": _STAFF | _OPERATOR,
    # Those of ASTREES and of the national committee, with their roles.
    "team.write": _STAFF,
    "reset.ask": _STAFF | _OPERATOR,
    "reset.approve": _STAFF,
    # Whether the members of the committee need a second factor, as a rule of the basin.
    "factor.require": frozenset({Role.PRESIDENT}),
    "audit.read": _STAFF | _OPERATOR | _CONTROL | {Role.FINANCE, Role.PRESIDENT},
    # A member reads there what they did themselves.
    "journal.read": _STAFF | _OPERATOR | _COMMITTEE | _CONTROL | {Role.FINANCE},
    "journal.export": _CONTROL,
    "national.read": NATIONAL_ROLES | _CONTROL,
    "national.export": _VIEWERS,
    # The territories that want a basin, with the names of those who would sign (A3).
    "candidacy.read": NATIONAL_ROLES,
    "candidacy.write": _STAFF,
    # Mails, documents and figures that keep failing are tried again now.
    "work.retry": _STAFF,
    # The national texts of the agreements (A7).
    "text.write": _STAFF,
    # The national reference values and their days (A7, R65-R76).
    "reference.write": _STAFF,
    # Not control, which is given basin by basin (2.1).
    "operator.read": NATIONAL_ROLES,
    # Never the operator itself: its representative is warned of the roles that it gives (SD12).
    "operator.write": _STAFF,
    "basin.suspend": _STAFF,
}


PAYING = frozenset({"payment.release", "sepa.build", "sepa.send"})
"""What nobody does in a copy: the bank would pay what the site has paid (security.md T26, S49)."""


def allows(roles: frozenset[Role], act: str) -> bool:
    """Whether one of these roles may do an act of the matrix."""
    return bool(roles & MATRIX[act]) and not (settings.COPY and act in PAYING)


@cache
def _acts() -> dict[str, str]:
    """The act of the matrix that each page asks, by the name of its address."""
    rules = {entry.name: rule_of(entry.callback, entry.name) for _, entry in walk()}
    return {
        str(name): rule.act
        for name, rule in rules.items()
        if rule is not None and rule.audience is Audience.MATRIX
    }


def may_open(roles: frozenset[Role], name: str) -> bool:
    """Whether the page of that name opens to one of these roles; its object may refuse yet."""
    act = _acts().get(name)
    return act is None or allows(roles, act)


GRANTS: dict[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset({Role.MEMBER, Role.ASSOCIATE}),
    Role.NATIONAL_STAFF: frozenset(
        {
            Role.OPERATOR,
            Role.FINANCE,
            Role.PREFECTURE,
            Role.AUDITOR,
            Role.PRESIDENT,
            *NATIONAL_ROLES,
        }
    ),
}
"""Which role may give which (security.md 2.2, lines « Memberships », SD12)."""
