"""What the journal must keep of the acts that matter, each tried somewhere (security.md S51)."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ACTS = {
    # The door
    "sign in": ("account.signed_in", "accounts/test_journal.py"),
    "be refused at the door": ("account.sign_in_refused", "accounts/test_journal.py"),
    "show a wrong second factor": ("account.factor_refused", "accounts/test_journal.py"),
    "change a password": ("account.password_changed", "accounts/test_journal.py"),
    "choose a first password": ("account.password_set", "accounts/test_journal.py"),
    "replace a forgotten password": ("account.password_reset", "accounts/test_journal.py"),
    "add a second factor": ("account.factor_added", "accounts/test_journal.py"),
    "remove a second factor": ("account.factor_removed", "accounts/test_journal.py"),
    "renew recovery codes": ("account.factor_renewed", "accounts/test_journal.py"),
    "ask for a reset": ("second_factor.reset_asked", "basins/test_second_factor_reset.py"),
    "approve a reset": ("second_factor.reset_approved", "basins/test_second_factor_reset.py"),
    "reset a second factor": ("second_factor.reset", "basins/test_second_factor_reset.py"),
    "ask a factor of members": ("basin.members_factor", "accounts/test_second_factor.py"),
    "write in another basin": ("access.refused", "committees/test_votes_over_http.py"),
    # Roles
    "invite": ("invitation.sent", "basins/test_people.py"),
    "give a role": ("role.granted", "basins/test_people.py"),
    "end a role": ("role.ended", "network/test_people.py"),
    "change until when a role is held": ("role.last_day_changed", "basins/test_role_days.py"),
    # What leaves
    "export a list of names": ("export.made", "matrix/test_step_up.py"),
    "take the accounts of companies away": ("sepa.downloaded", "funds/test_transfers.py"),
    # Votes
    "open a vote": ("ballot.opened", "committees/test_proclamation.py"),
    "vote": ("vote.cast", "committees/test_operations_ballots.py"),
    "vote where one may not": ("vote.refused", "committees/test_votes_over_http.py"),
    "note a show of hands": ("vote.noted", "committees/test_hands.py"),
    "close a vote": ("ballot.closed", "committees/test_proclamation.py"),
    "proclaim a vote": ("ballot.proclaimed", "committees/test_proclamation.py"),
    "declare a link or withdraw": ("interest.declared", "committees/test_interests.py"),
    "impose a withdrawal": ("recusal.imposed", "committees/test_interests.py"),
    "lift a withdrawal": ("recusal.lifted", "committees/test_interests.py"),
    "sign minutes": ("minutes.signed", "committees/test_operations_meetings.py"),
    "apply other rules": ("rules.applied", "committees/test_rules_changes.py"),
    # Signatures
    "sign": ("circuit.signed", "signatures/test_signing.py"),
    "refuse to sign": ("circuit.refused", "signatures/test_answers.py"),
    "seal": ("circuit.sealed", "signatures/test_signing.py"),
    # Money
    "give bank details": ("payee.proposed", "funds/test_payees.py"),
    "approve bank details": ("payee.approved", "funds/test_payees.py"),
    "prepare a payment": ("payment.prepared", "funds/test_operations.py"),
    "release a payment": ("payment.released", "funds/test_operations.py"),
    "build a file for the bank": ("sepa.built", "funds/test_transfers.py"),
    "send it": ("sepa.sent", "funds/test_transfers.py"),
    "authorise a loss or a cost": ("authorization.approved", "funds/test_agreements.py"),
    "reverse an entry": ("entry.reversed", "funds/test_operations.py"),
    # The network
    "decide of a candidacy": ("candidacy.decided", "network/candidacies/test_operations.py"),
    "open a basin": ("basin.opened", "basins/test_opening.py"),
    "publish a report": ("report.published", "steering/test_operations.py"),
    "erase somebody": ("person.erased", "matrix/test_erasure.py"),
    "forget": ("retention.applied", "basins/test_retention.py"),
}
"""Each act, how the journal names it, and the test that does it and reads the journal."""


def test_they_are_forty_and_more():
    assert len(ACTS) >= 40
    assert len({kind for kind, _ in ACTS.values()}) == len(ACTS)


def test_each_is_recorded_and_tried():
    rooms = [path for path in ROOT.glob("*/") if (path / "__init__.py").exists()]
    code = "\n".join(path.read_text() for room in rooms for path in room.rglob("*.py"))
    for act, (kind, test) in ACTS.items():
        assert re.search(rf'"{re.escape(kind)}"|"{kind.partition(".")[0]}\.{{', code), act
        tried = (ROOT / "tests" / test).read_text()
        assert f'"{kind}"' in tried, f"{act}: {test} says nothing of {kind}"
