"""Documents we made, files people sent, and the public register that proves the former."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField, PersonField

DIGEST = r"^[0-9a-f]{64}$"


class GeneratedDocumentQuerySet(models.QuerySet["GeneratedDocument"]):
    def of(self, kind: str, reference: str) -> Self:
        """Every version of one document, the latest first."""
        return self.filter(kind=kind, reference=reference).order_by("-version")

    def about(self, target: models.Model) -> Self:
        """The documents of one object, the latest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by(
            "-created_at", "-version"
        )


class GeneratedDocument(models.Model):
    """Document produit : made once, kept with its digest, never changed nor removed."""

    kind = models.CharField("nature", max_length=40)
    reference = models.CharField("référence", max_length=60)
    version = models.PositiveSmallIntegerField("version")
    title = models.CharField("titre", max_length=200)
    is_draft = models.BooleanField("projet", default=False)
    as_of = models.DateField("arrêté au")
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    file_name = models.CharField("nom du fichier", max_length=200)
    content_type = models.CharField(max_length=100)
    key = models.CharField(max_length=120, unique=True)
    size = models.PositiveBigIntegerField("taille")
    sha256 = models.CharField("empreinte", max_length=64)
    source_sha256 = models.CharField(max_length=64)
    """Digest of what was laid out: the same again is the same document."""
    template_version = models.CharField("version du modèle", max_length=12, blank=True)
    created_at = models.DateTimeField("produit le")
    created_by = AuthorField("produit par", null=True)
    """Nobody when the application did it by itself."""
    objects = GeneratedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "reference", "version"], name="generated_document_version_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1, size__gte=1), name="generated_document_has_content"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=DIGEST, source_sha256__regex=DIGEST),
                name="generated_document_digests_are_sha256",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.reference}, version {self.version}"


class StoredFile(models.Model):
    """Pièce déposée : a file somebody sent, vetted and written again before it was kept."""

    name = models.CharField("nom", max_length=120)
    content_type = models.CharField(max_length=100)
    key = models.CharField(max_length=120, unique=True)
    size = models.PositiveBigIntegerField("taille")
    sha256 = models.CharField("empreinte", max_length=64)
    uploaded_at = models.DateTimeField("déposé le")
    uploaded_by = PersonField("déposé par", null=True)
    """Nobody known when it came through a single-use link; a quota is counted by sender."""
    link = models.CharField(max_length=60, blank=True)
    """What that link opens, which counts for the person."""

    class Meta:
        verbose_name = "fichier"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(uploaded_by=None) | Q(link=""), name="stored_file_has_one_sender"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="stored_file_has_content"),
            models.CheckConstraint(
                condition=Q(sha256__regex=DIGEST), name="stored_file_digest_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_name(self) -> str:
        """The name it is saved under, as for a document of ours."""
        return self.name


class RegisteredDocument(models.Model):
    """Registre des documents : what `/verifier/` may say to anybody.

    No title, no name: a reference, a date and a digest. Only the one of `public` serves.
    """

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    schema = models.CharField(max_length=63)
    issuer = models.CharField("émis par", max_length=120)
    kind = models.CharField("nature", max_length=40)
    reference = models.CharField("référence", max_length=60)
    version = models.PositiveSmallIntegerField("version")
    is_draft = models.BooleanField("projet")
    as_of = models.DateField("arrêté au")
    registered_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "document enregistré"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schema", "kind", "reference", "version"],
                name="registered_document_version_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=DIGEST), name="registered_document_digest_is_sha256"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["reference"])]

    def __str__(self) -> str:
        return f"{self.reference}, version {self.version}"
