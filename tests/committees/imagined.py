"""Imagined ballots: eleven seats named by letters, A in the chair."""

from committees.rules import BallotFacts, Choice

SEATS = "ABCDEFGHIJK"  # eleven seats, A in the chair
CHOICES = {"P": Choice.FOR, "C": Choice.AGAINST, "A": Choice.ABSTAIN}


def ballot(present="", votes="", *, seats=SEATS, chair="A", **facts):
    """Describe a ballot: « ABC » are present and vote « PCA », in that order; « - » does not vote.

    Seats represented by a proxy come after those present.
    """
    recused = facts.pop("recused", "")
    proxies = tuple(tuple(proxy) for proxy in facts.pop("proxies", ()))
    givers = "".join(giver for giver, _ in proxies)
    voters = [seat for seat in present + givers if seat not in recused]
    return BallotFacts(
        seats=frozenset(seats),
        chair=chair,
        present=frozenset(present),
        votes={
            seat: CHOICES[vote] for seat, vote in zip(voters, votes, strict=False) if vote != "-"
        },
        recused=frozenset(recused),
        proxies=proxies,
        **facts,
    )


def secret_ballot(present, votes, **facts):
    return ballot(present, secret=True, secret_votes=tuple(CHOICES[v] for v in votes), **facts)


def quorum(result):
    return result.quorum_have, result.quorum_base


def counts(result):
    return result.votes_for, result.votes_against, result.abstentions, result.not_voted
