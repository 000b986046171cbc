"""Every mail that left, or would have left in the demo, and those that one does without."""

from typing import ClassVar

from django.db import models

from alize.accounts.models import Person


class Mail(models.Model):
    """Courrier : one message of the catalogue to one address, as it was written."""

    code = models.CharField(max_length=10)
    schema = models.CharField(max_length=63)
    sender = models.CharField(max_length=120)
    to_email = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=170, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField("entrée d'agenda", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    refusal = models.CharField("refus du serveur de l'adresse", max_length=300, blank=True)
    """Nothing for a mail that was handed over."""

    class Meta:
        verbose_name = "courrier"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["to_email", "-id"])]

    def __str__(self) -> str:
        return f"{self.code} {self.to_email}"


class MutedMail(models.Model):
    """Courrier coupé : one mail of the catalogue that somebody chose not to receive."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=10)

    class Meta:
        verbose_name = "courrier coupé"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "code"], name="muted_mail_is_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.person_id}"
