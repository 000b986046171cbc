"""People and their accounts; nothing here knows a role in a basin."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

LONGEST_NAME = 161
"""A first name and a last name of eighty characters, with their space."""


class Person(models.Model):
    """Personne : what a basin may know of somebody; its role reads those whom the basin knows.

    Rows of basins refer to people, never to accounts: passwords and second factors stay out of
    their reach (security.md D2).
    """

    email = models.EmailField("adresse électronique", max_length=254, unique=True)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80)
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "personne"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_is_unique",
                violation_error_message="Cette adresse électronique est déjà connue.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First name then last name, as one signs."""
        return f"{self.first_name} {self.last_name}".strip()


class UserManager(BaseUserManager["User"]):
    """Creates accounts; the sign-up page stays closed, invitations call this."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account for an address, without a usable password unless one is given."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Person, AbstractBaseUser, PermissionsMixin):
    """Compte : somebody who can sign in, by e-mail and invitation only."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["last_name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "compte"

    def get_full_name(self) -> str:
        return self.full_name


class SignInLink(models.Model):
    """Lien de connexion : one sign-in by a mail, for occasional people; 15 minutes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    next_path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lien de connexion"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="sign_in_link_expires_after_creation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%d/%m/%Y}"
