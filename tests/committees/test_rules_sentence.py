"""The sentence of a result, word for word: it is printed in minutes and sent to companies."""

import re
from dataclasses import replace

import pytest

from committees.rules import BallotFacts, Choice, Majority, Outcome, VotingRules, tally

NBSP, NARROW_NBSP = "\u00a0", "\u202f"
COUNTED = re.compile(r"(?<=\d) (?=siège|déport|votant|entreprise|abstention|n'|pouvoir|vote)")


def ballot(seats, present, votes, **facts):
    choices = {"P": Choice.FOR, "C": Choice.AGAINST, "A": Choice.ABSTAIN}
    named = [seat for seat in seats if seat not in facts.get("recused", ())]
    return BallotFacts(
        seats=frozenset(seats),
        chair="A",
        present=frozenset(present),
        votes={s: choices[v] for s, v in zip(named, votes, strict=False)},
        **facts,
    )


def secret(facts, *choices):
    return replace(facts, secret=True, secret_votes=choices, votes={})


ELEVEN = "ABCDEFGHIJK"
EIGHT = "ABCDEFGH"
FOR, AGAINST = Choice.FOR, Choice.AGAINST
TIE = ballot(ELEVEN, EIGHT, "PPPPCCCC")

SENTENCES = [
    (
        ballot(ELEVEN, EIGHT, "PPPPPCCA"),
        VotingRules(),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est agréé à la majorité des suffrages exprimés : 5 pour, 2 contre, "
        "1 abstention.",
    ),
    (
        ballot(ELEVEN, EIGHT[:7], "PPPCC"),
        VotingRules(),
        "Quorum atteint : 7 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est agréé à la majorité des suffrages exprimés : 3 pour, 2 contre, "
        "0 abstention, 2 n'ont pas pris part au vote.",
    ),
    (
        ballot(ELEVEN, EIGHT[:6], "PCCAA", proxies=(("K", "Z"),)),
        VotingRules(proxies_count_in_quorum=False, quorum_strict=True),
        "Quorum atteint : 6 sièges présents sur 11, il en fallait 6. "
        "Le projet est refusé, la majorité des suffrages exprimés n'étant pas atteinte : 1 pour, "
        "2 contre, 2 abstentions, 1 n'a pas pris part au vote. "
        "1 pouvoir n'a pas été pris en compte.",
    ),
    (
        ballot(ELEVEN, EIGHT[:7], "PPCAPP", recused={*"EFG"}, proxies=(("H", "G"), ("I", "J"))),
        VotingRules(),
        "Quorum atteint : 4 sièges présents ou représentés sur 8 (3 déports), il en fallait 4. "
        "Le projet est agréé à la majorité des suffrages exprimés : 2 pour, 1 contre, "
        "1 abstention. 2 pouvoirs n'ont pas été pris en compte. "
        "2 votes n'ont pas été pris en compte.",
    ),
    (
        TIE,
        VotingRules(),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est agréé par la voix prépondérante du président de séance : 4 pour, 4 contre, "
        "0 abstention.",
    ),
    (
        TIE,
        VotingRules(casting_vote=False, tie_outcome=Outcome.REJECTED),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est refusé, les voix étant également partagées : 4 pour, 4 contre, "
        "0 abstention.",
    ),
    (
        secret(TIE, *[FOR] * 4, *[AGAINST] * 4),
        VotingRules(),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Au scrutin secret, le projet est ajourné, les voix étant également partagées : 4 pour, "
        "4 contre, 0 abstention.",
    ),
    (
        secret(TIE, *[FOR] * 9),
        VotingRules(),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Au scrutin secret, le projet est ajourné, les bulletins étant plus nombreux que les "
        "votants : 9 pour, 0 contre, 0 abstention.",
    ),
    (
        ballot(ELEVEN, EIGHT, "AAAAAAAA"),
        VotingRules(),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est ajourné faute de suffrage exprimé : 0 pour, 0 contre, 8 abstentions.",
    ),
    (
        TIE,
        VotingRules(majority=Majority.TWO_THIRDS),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est refusé, la majorité des deux tiers des suffrages exprimés n'étant pas "
        "atteinte : 4 pour, 4 contre, 0 abstention.",
    ),
    (
        ballot(ELEVEN, EIGHT, "PPPPPPPP"),
        VotingRules(majority=Majority.UNANIMITY),
        "Quorum atteint : 8 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le projet est agréé à l'unanimité des suffrages exprimés : 8 pour, 0 contre, "
        "0 abstention.",
    ),
    (
        ballot(ELEVEN, "ABCD", "PPPC"),
        VotingRules(quorum_required=False, majority=Majority.PRESENT),
        "Seconde convocation, sans condition de quorum : 4 sièges présents ou représentés sur 11. "
        "Le projet est agréé à la majorité des sièges présents ou représentés : 3 pour, 1 contre, "
        "0 abstention.",
    ),
    (
        ballot(ELEVEN, "ABCDE", ""),
        VotingRules(),
        "Quorum non atteint : 5 sièges présents ou représentés sur 11, il en fallait 6. "
        "Le comité n'a pas pu se prononcer.",
    ),
    (
        ballot(ELEVEN, "A", "", recused=frozenset("K")),
        VotingRules(quorum_required=False),
        "Quorum non atteint : 1 siège présent ou représenté sur 10 (1 déport) ; "
        "1 votant présent, il en fallait au moins 3. Le comité n'a pas pu se prononcer.",
    ),
    (
        ballot(ELEVEN, "ABCDEF", "", companies=frozenset("AK")),
        VotingRules(min_companies=2),
        "Quorum non atteint : 6 sièges présents ou représentés sur 11, il en fallait 6 ; "
        "1 entreprise présente, il en fallait au moins 2. Le comité n'a pas pu se prononcer.",
    ),
    (
        ballot(ELEVEN, "AB", "", companies=frozenset("AB")),
        VotingRules(quorum_required=False, min_companies=3),
        "Quorum non atteint : 2 sièges présents ou représentés sur 11 ; "
        "2 votants présents, il en fallait au moins 3 ; "
        "2 entreprises présentes, il en fallait au moins 3. Le comité n'a pas pu se prononcer.",
    ),
    (
        ballot("ABC", "AB", "PPP", proxies=(("C", "A"),)),
        VotingRules(),
        "Quorum non atteint : 3 sièges présents ou représentés sur 3, il en fallait 2 ; "
        "2 votants présents, il en fallait au moins 3. Le comité n'a pas pu se prononcer.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "rules", "sentence"), SENTENCES)
def test_sentence(facts, rules, sentence):
    expected = sentence.replace(" :", f"{NBSP}:").replace(" ;", f"{NARROW_NBSP};")
    expected = COUNTED.sub(NBSP, expected)
    assert tally(facts, rules).sentence == expected
