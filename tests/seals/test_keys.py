"""The authority, its certificates, what each may do and what the folder shows."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs12

from alize.seals.keys import KeyFolder, KeyRefused
from tests.seals.conftest import AT, HALVES, SECRET

OTHERS = "troisième moitié" + "quatrième moitié"
NINE_YEARS_ON = AT + timedelta(days=9 * 365)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    made = KeyFolder(tmp_path_factory.mktemp("keys") / "seal-keys")
    made.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    return made


def test_create_makes_an_authority_of_ten_years_and_a_seal_of_three(folder: KeyFolder):
    trust = folder.trust()
    authority = x509.load_pem_x509_certificate(trust.authorities[0].pem)
    seal = x509.load_pem_x509_certificate(trust.certificates[0].pem)
    assert (authority.not_valid_after_utc - AT).days == 3652
    assert (seal.not_valid_after_utc - AT).days == 1096
    assert seal.public_key().key_size == 3072
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert (usage.key_cert_sign, usage.key_encipherment) == (False, False)
    seal.verify_directly_issued_by(authority)


def test_create_leaves_no_key_in_clear_and_nothing_to_others(folder: KeyFolder):
    for path in folder.path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
        assert b"PRIVATE KEY" not in path.read_bytes()
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates((folder.path / "seal-0001.p12").read_bytes(), b"fausse")


def test_create_refuses_to_replace_an_authority(folder: KeyFolder):
    with pytest.raises(KeyRefused, match="existe déjà"):
        folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)


def test_create_fills_a_folder_that_is_there_and_empty(second_folder: KeyFolder):
    second_folder.path.mkdir()
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    assert second_folder.current(AT).certificate.number == 1
    assert sorted(path.name for path in second_folder.path.parent.iterdir()) == ["keys"]


def test_revoke_is_published_and_stops_sealing(folder: KeyFolder):
    later = AT + timedelta(days=30)
    folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    folder.revoke(2, authority_passphrase=HALVES, at=later)
    assert folder.current(later).certificate.number == 1
    revoked = folder.trust().certificates[0]
    assert (revoked.number, revoked.revoked_at) == (2, later)
    assert revoked.may_seal(later - timedelta(seconds=1))
    assert not revoked.may_seal(later)
    listed = x509.load_der_x509_crl(folder.revocation_list(1))
    assert [one.serial_number for one in listed] == [revoked.serial]
    authority = x509.load_pem_x509_certificate(folder.trust().authorities[0].pem)
    assert listed.is_signature_valid(authority.public_key())


@pytest.mark.parametrize("act", ["rotate", "revoke"])
def test_the_authority_acts_only_with_its_passphrase_and_its_key(folder: KeyFolder, act: str):
    def attempt() -> None:
        if act == "rotate":
            folder.rotate(authority_passphrase="moitié", passphrase=SECRET, at=AT)
        else:
            folder.revoke(1, authority_passphrase="moitié", at=AT)

    with pytest.raises(KeyRefused, match="phrase secrète"):
        attempt()
    kept = folder.path / "authority.p12"
    away = kept.rename(folder.path.parent / "hors-ligne.p12")
    try:
        with pytest.raises(KeyRefused, match=r"remettez-y authority\.p12"):
            attempt()
    finally:
        away.rename(kept)


@pytest.fixture
def renewed(second_folder: KeyFolder) -> KeyFolder:
    """An authority replaced before its end; the key of the first is kept elsewhere."""
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    kept = second_folder.path / "authority.p12"
    with pytest.raises(KeyRefused, match=r"mettez authority\.p12 hors ligne"):
        second_folder.renew(authority_passphrase=OTHERS, passphrase=SECRET, at=NINE_YEARS_ON)
    kept.rename(second_folder.path.parent / "first.p12")
    second_folder.renew(authority_passphrase=OTHERS, passphrase=SECRET, at=NINE_YEARS_ON)
    return second_folder


def test_renew_makes_another_authority_whose_certificate_seals(renewed: KeyFolder):
    trust = renewed.trust()
    assert [one.number for one in trust.authorities] == [2, 1]
    read = [x509.load_pem_x509_certificate(one.pem) for one in trust.authorities]
    assert read[0].subject != read[1].subject
    made = renewed.current(NINE_YEARS_ON).certificate
    assert made.number == 2
    x509.load_pem_x509_certificate(made.pem).verify_directly_issued_by(read[0])
    renewed.rotate(authority_passphrase=OTHERS, passphrase=SECRET, at=NINE_YEARS_ON)
    assert renewed.current(NINE_YEARS_ON).certificate.number == 3


def test_each_authority_revokes_what_it_delivered_and_the_former_delivers_no_more(
    renewed: KeyFolder,
):
    key, first = renewed.path / "authority.p12", renewed.path.parent / "first.p12"
    with pytest.raises(KeyRefused, match="n'a pas été délivré par l'autorité n° 2"):
        renewed.revoke(1, authority_passphrase=OTHERS, at=NINE_YEARS_ON)
    renewed.revoke(2, authority_passphrase=OTHERS, at=NINE_YEARS_ON)
    key.write_bytes(first.read_bytes())
    with pytest.raises(KeyRefused, match="remettez celle de la n° 2"):
        renewed.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=NINE_YEARS_ON)
    renewed.revoke(1, authority_passphrase=HALVES, at=NINE_YEARS_ON)
    assert all(one.revoked_at for one in renewed.trust().certificates)
    for authority, certificate in zip(*vars(renewed.trust()).values(), strict=True):
        listed = x509.load_der_x509_crl(renewed.revocation_list(authority.number))
        assert [one.serial_number for one in listed] == [certificate.serial]
        issuer = x509.load_pem_x509_certificate(authority.pem)
        assert listed.is_signature_valid(issuer.public_key())


def test_a_certificate_never_outlives_its_authority(second_folder: KeyFolder):
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    end = second_folder.trust().authorities[0].until
    second_folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=NINE_YEARS_ON)
    assert second_folder.current(NINE_YEARS_ON).certificate.until == end
    with pytest.raises(KeyRefused, match="« seal_keys renew »"):
        second_folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=end)


def test_export_opens_with_the_passphrase_of_the_two_halves_only(folder: KeyFolder):
    exported = folder.export(1, passphrase=SECRET, export_passphrase=HALVES)
    key, certificate, _ = pkcs12.load_key_and_certificates(exported, HALVES.encode())
    signature = key.sign(b"essai", padding.PKCS1v15(), certificate.signature_hash_algorithm)
    certificate.public_key().verify(
        signature, b"essai", padding.PKCS1v15(), certificate.signature_hash_algorithm
    )
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(exported, SECRET.encode())


def test_a_server_without_keys_says_so(tmp_path: Path):
    with pytest.raises(KeyRefused, match="Aucune clé de cachet"):
        KeyFolder(tmp_path).trust()
