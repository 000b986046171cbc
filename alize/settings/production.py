"""Production: every secret comes from the environment, nothing of the demo can be switched on."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from alize.settings import environment
from alize.settings.base import *  # noqa: F403 - a settings module extends the base by name

SECRET_KEY = environment.secret("SECRET_KEY", at_least=50)
SECRET_KEY_FALLBACKS = environment.former_secrets("SECRET_KEY_FALLBACKS", at_least=50)
FIELD_ENCRYPTION_KEY = environment.encryption_key("FIELD_ENCRYPTION_KEY")
FIELD_ENCRYPTION_KEY_FALLBACKS = environment.former_encryption_keys(
    "FIELD_ENCRYPTION_KEY_FALLBACKS"
)
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS")
PUBLIC_URL = environment.https_address("PUBLIC_URL")
DEFAULT_FROM_EMAIL = environment.sender("DEFAULT_FROM_EMAIL")
SEAL_PASSPHRASE = environment.secret("SEAL_PASSPHRASE", at_least=16)
REGISTER_MAILBOXES = environment.mailboxes("REGISTER_MAILBOXES")
environment.server("DATABASE_URL", "postgresql", "postgres")
environment.server("REDIS_URL", "redis", "rediss", "unix")
if environment.flag("ALIZE_DEMO"):
    raise ImproperlyConfigured("The demo pages cannot be switched on in production.")

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "alize.demo"]  # noqa: F405 - from base
SHARED_APPS = [app for app in SHARED_APPS if app != "alize.demo"]  # noqa: F405 - from base

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
ALLAUTH_TRUSTED_PROXY_COUNT = 1
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DOCUMENTS_ACCEL_PREFIX = environment.optional("DOCUMENTS_ACCEL_PREFIX").rstrip("/")
DOCUMENTS_ROOT = Path(environment.optional("DOCUMENTS_ROOT", str(DOCUMENTS_ROOT)))  # noqa: F405

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_mail = environment.mail(environment.required("EMAIL_URL"))
EMAIL_HOST = _mail["host"]
EMAIL_PORT = _mail["port"]
EMAIL_HOST_USER = _mail["user"]
EMAIL_HOST_PASSWORD = _mail["password"]
EMAIL_USE_TLS = _mail["starttls"]
EMAIL_USE_SSL = _mail["tls"]
EMAIL_TIMEOUT = 10

if COPY:  # noqa: F405 - from base
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    PROCONNECT = dict.fromkeys(PROCONNECT, "")  # noqa: F405 - from base
