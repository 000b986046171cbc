"""The command that keeps the keys: two persons for what matters, everything in the journal."""

from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.management import CommandError, call_command

from alize.audit.models import AuditEvent
from alize.seals.keys import KeyFolder

FIRST, SECOND = "la moitié d'Élodie", "la moitié de Karim"
NEW, KNOWN = [FIRST, FIRST, SECOND, SECOND], [FIRST, SECOND]


@pytest.fixture
def run(db, settings, tmp_path: Path, monkeypatch):
    """Runs the command with what two persons type."""
    settings.SEAL_KEYS, settings.SEAL_PASSPHRASE = tmp_path / "keys", "la phrase"

    def act(*arguments: str, typed: list[str] = ()) -> str:
        answers = iter(typed)
        monkeypatch.setattr(
            "alize.seals.management.commands.seal_keys.ask_secret", lambda _: next(answers)
        )
        shown = StringIO()
        call_command("seal_keys", *arguments, stdout=shown)
        return shown.getvalue()

    return act


def test_seal_keys_lives_a_whole_life(run, settings, tmp_path: Path):
    assert "n° 1, valide" in run("create", typed=NEW)
    assert "n° 2, valide" in run("rotate", typed=KNOWN)
    shown = run("revoke", "1", typed=KNOWN)
    assert shown.index("n° 2, valide") < shown.index("n° 1, révoqué")
    exported = tmp_path / "sortie.p12"
    run("export", "2", str(exported), typed=NEW)
    assert exported.stat().st_mode & 0o077 == 0
    key, _, _ = pkcs12.load_key_and_certificates(
        exported.read_bytes(), f"{FIRST}\n{SECOND}".encode()
    )
    assert key.key_size == 3072
    with pytest.raises(CommandError, match="autre nom"):
        run("export", "2", str(exported), typed=NEW)
    with pytest.raises(CommandError, match="hors ligne"):
        run("renew", typed=NEW)
    (settings.SEAL_KEYS / "authority.p12").unlink()
    shown = run("renew", typed=NEW)
    assert shown.index("autorité n° 2") < shown.index("autorité n° 1")
    assert "n° 3, valide" in shown
    assert list(AuditEvent.objects.values_list("type", flat=True)) == [
        "seal_keys.create",
        "seal_keys.rotate",
        "seal_keys.revoke",
        "seal_keys.export",
        "seal_keys.renew",
    ]
    with pytest.raises(CommandError, match="phrase secrète"):
        run("rotate", typed=[SECOND, FIRST])


@pytest.mark.parametrize(
    ("typed", "reason"),
    [(["court"], "12 caractères"), ([FIRST, SECOND], "diffèrent")],
)
def test_seal_keys_refuses_a_half_too_short_or_mistyped(run, settings, typed, reason):
    with pytest.raises(CommandError, match=reason):
        run("create", typed=typed)
    assert not KeyFolder(settings.SEAL_KEYS).exists()


def test_seal_keys_says_when_there_are_none(run):
    with pytest.raises(CommandError, match="Aucune clé de cachet"):
        run("list")
