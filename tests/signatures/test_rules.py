"""The rules of a signature, without a database."""

from datetime import UTC, date, datetime

import pytest

from signatures.rules import (
    ORIGIN,
    Break,
    ChainedEvent,
    Mandate,
    SignerFacts,
    code_digest,
    event_digest,
    first_break,
    masked,
    missing_for,
    reminder_on,
    same_name,
)

UNTIL = date(2026, 5, 1)


def signer(name: str = "Anne Blanc", **others) -> SignerFacts:
    values = {
        "function": "Direction",
        "organisation": "Papeterie",
        "email": "anne@example.org",
        "capacity": "Entreprise",
        "mandate": Mandate("Délibération"),
        **others,
    }
    return SignerFacts(name=name, **values)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, None),
        ({"mandate": Mandate("Arrêté", ends_on=UNTIL)}, None),
        ({"email": "", "paper": True}, None),
        ({"mandate": None}, "mandat manquant"),
        ({"mandate": Mandate(" ")}, "mandat manquant"),
        ({"mandate": Mandate("Arrêté", ends_on=date(2026, 4, 30))}, "s'arrête le 30/04/2026"),
        ({"mandate": Mandate("Arrêté", starts_on=date(2026, 5, 2))}, "ne commence que"),
        ({"name": " "}, "nom manquant"),
        ({"email": ""}, "adresse électronique manquante"),
    ],
)
def test_a_launch_lists_what_is_missing(facts, said):
    found = missing_for([signer(), signer(**facts)], until=UNTIL)
    assert (found == []) if said is None else (len(found) == 1 and said in found[0])


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Anne-Lise Dupré", True),
        ("DUPRE Anne Lise", True),
        ("anne lise  dupré ", True),
        ("Anne Dupré", False),
        ("", False),
        ("Jean Dupont", False),
    ],
)
def test_a_name_is_typed_as_people_write_it(typed, same):
    assert same_name(typed, "Anne-Lise Dupré") is same


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("Jean d'Arc", "Jean d’Arc"),
        ("Jean d’Arc", "JEAN D ARC"),
        ("Jean d’Arc", "Jean dArc"),
        ("Anne Lecœur", "Anne Lecoeur"),
        ("Lætitia Œuvrard", "LAETITIA OEUVRARD"),
        ("Marie\u2011Claude Roux", "Marie-Claude Roux"),
        ("Marie\u00adClaude Roux", "MarieClaude Roux"),
        ("Łukasz Nowak", "Lukasz Nowak"),
        ("Jørgen Groß", "Jorgen Gross"),
        ("Đặng Văn Ân", "Dang Van An"),
        ("Léa Dupre\u0301", "Léa Dupré"),
        ("Дарья Иванова", "дарья иванова"),
        ("李 小龙", "李 小龙"),
        ("…", "…"),
    ],
)
def test_a_name_is_the_same_whatever_the_keyboard(expected, typed):
    assert same_name(typed, expected)
    assert same_name(expected, expected)
    assert not same_name(typed, "Luc Petit")


def test_four_reminders_then_none():
    days = [reminder_on(date(2026, 4, 1), sent=sent) for sent in range(5)]
    # J+5 is Easter Monday's eve: the next ones count working days, the Monday is none.
    assert days == [date(2026, 4, 6), date(2026, 4, 9), date(2026, 4, 14), date(2026, 4, 17), None]


def test_an_address_is_masked():
    assert masked("camille@example.org") == "c•••••@example.org"
    assert masked("") == ""


def test_the_digest_of_a_code_depends_on_its_signer():
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    one = code_digest("123456", secret="s", signer=1, sent_at=moment)
    assert len(one) == 64
    assert one != code_digest("123456", secret="s", signer=2, sent_at=moment)
    assert one != code_digest("123457", secret="s", signer=1, sent_at=moment)


def chain(length: int) -> list[ChainedEvent]:
    events, previous = [], ORIGIN
    for sequence in range(1, length + 1):
        values = {
            "sequence": sequence,
            "at": datetime(2026, 4, 1, 8, sequence, tzinfo=UTC),
            "kind": "OPENED",
            "signer": sequence,
            "trace": "0" * 64,
            "facts": {"é": "à « la » fin", "nb": sequence},
            "previous_digest": previous,
        }
        digest = event_digest(ChainedEvent(**values, digest=""))
        events.append(ChainedEvent(**values, digest=digest))
        previous = digest
    return events


def changed(event: ChainedEvent, **fields) -> ChainedEvent:
    return ChainedEvent(**{**vars(event), **fields})


def test_a_whole_chain_holds():
    events = chain(4)
    assert first_break(events, count=4, head=events[-1].digest) is None
    assert first_break([], count=0) is None


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda e: [e[0], changed(e[1], facts={"nb": 9}), *e[2:]], Break(2, "edited")),
        (lambda e: [e[0], *e[2:]], Break(2, "missing")),
        (lambda e: e[:3], Break(4, "cut")),
        (lambda e: [e[0], changed(e[1], previous_digest=ORIGIN), *e[2:]], Break(2, "unchained")),
        (lambda e: [e[0], changed(e[2], sequence=2), e[1], e[3]], Break(2, "unchained")),
    ],
)
def test_harm_to_a_chain_is_located(harm, found):
    events = chain(4)
    assert first_break(harm(events), count=4, head=events[-1].digest) == found
