"""Opens accounts: invitations and the demo call this, no page does."""

from django.db import transaction

from alize.accounts.models import Person, User


@transaction.atomic
def known_person(*, email: str, first_name: str, last_name: str) -> Person:
    """Somebody that the application names, without an account; who is known stays as they are."""
    address = email.strip().lower()
    known = Person.objects.filter(email__iexact=address).first()
    return known or Person.objects.create(email=address, first_name=first_name, last_name=last_name)


@transaction.atomic
def open_account(
    *, email: str, first_name: str, last_name: str, password: str | None = None
) -> User:
    """Give somebody an account; the person may be known already without one.

    An existing account is returned as it is: an invitation never changes a password.
    """
    address = email.strip().lower()
    known = User.objects.filter(email__iexact=address).first()
    if known is not None:
        return known
    person = Person.objects.filter(email__iexact=address).first()
    if person is None:
        return User.objects.create_user(
            address, password, first_name=first_name, last_name=last_name
        )
    user = User(person_ptr=person, email=person.email, is_active=person.is_active)
    user.first_name = person.first_name or first_name
    user.last_name = person.last_name or last_name
    user.set_password(password)
    user.save()
    return user
