"""The rules of the vote in words: each setting that the committee changes is said."""

from committees.models import CommitteeRules
from committees.wording import rules_in_words, who_signs


def said(**changed) -> str:
    return " ".join(rules_in_words(CommitteeRules(**changed))).replace("\u00a0", " ")


def test_the_defaults():
    assert said() == (
        "Quorum : au moins la moitié des sièges à voix délibérative, et 3 votants. "
        "Décision à la majorité des suffrages exprimés ; à égalité, la voix du président de séance "
        "l'emporte, sinon le dossier est ajourné. "
        "Le vote est nominatif, caché jusqu'à la clôture ; un vote contre dit pourquoi."
    )


def test_each_setting_that_changes_is_said():
    words = said(
        quorum_numerator=1,
        quorum_denominator=3,
        quorum_strict=True,
        floor=1,
        min_companies=2,
        casting_vote=False,
        tie_outcome="REJECTED",
        high_amount=20_000_00,
        high_majority="TWO_THIRDS",
        secret_by_default=True,
        reason_required="ALL",
    )
    assert "plus de le tiers" not in words
    assert "plus du tiers des sièges à voix délibérative, et 1 votant, dont 2 entreprises" in words
    assert "à égalité, le dossier est refusé" in words
    higher = "Au-dessus de 20\u202f000 €, à la majorité des deux tiers des suffrages exprimés."
    assert higher in words
    assert "Décision à l'unanimité des suffrages exprimés ;" in said(majority="UNANIMITY")
    assert "Le vote est secret ; chaque vote dit pourquoi." in words
    assert "au moins 3/5 des sièges" in said(quorum_numerator=3, quorum_denominator=5)


def test_who_signs_the_minutes_and_why():
    assert who_signs("Anne Blanc", [], noun="séance") == (
        "Anne Blanc, qui présidait cette séance, relit et signe le procès-verbal."
    )
    assert who_signs("Anne Blanc", ["Luc Roux"], noun="séance") == (
        "Anne Blanc, qui présidait cette séance, relit et signe le procès-verbal ; "
        "Luc Roux, qui exerçait alors la présidence du comité, peut le faire aussi."
    )
    assert who_signs("", ["Luc Roux"], noun="consultation écrite") == (
        "Luc Roux, qui exerçait alors la présidence du comité, relit et signe le procès-verbal."
    )
    assert "présidence du jour" in who_signs("", [], noun="séance")
