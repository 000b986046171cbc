"""What every environment shares."""

from pathlib import Path

from csp.constants import NONE, SELF

from alize.settings import environment

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(environment.optional("ALIZE_STATE_DIR", str(BASE_DIR / ".alize")))
NODE_MODULES = BASE_DIR / "node_modules"

DEBUG = False
DEMO = False
"""The demo pages and « Entrer comme » exist only where this is true; production refuses it."""
COPY = environment.flag("ALIZE_COPY")
"""A backup restored beside the site: it sends nothing, pays nothing, and says so (T26)."""

# -- Applications ------------------------------------------------------------------------------
# `public` holds the shared ones, each basin's schema the others. `audit` and `documents` stand in
# both: a basin's database role holds no right on the twins in `public`.
SHARED_APPS = [
    "basins",  # before the next, whose commands it replaces
    "django_tenants",
    "alize.common",
    "alize.accounts",
    "alize.audit",
    "alize.documents",
    "alize.drafting",
    "alize.outbox",
    "alize.notifications",
    "alize.seals",
    "alize.demo",
    "network",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
]
TENANT_APPS = [
    "alize.audit",
    "alize.documents",
    "signatures",
    "partners",
    "projects",
    "committees",
    "funds",
    "conventions",
    "steering",
]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
TENANT_MODEL = "basins.Basin"
TENANT_DOMAIN_MODEL = "basins.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Database ----------------------------------------------------------------------------------
# Two logins: the application's has no right of its own and takes the role of one schema at a
# time; the owner's migrates and creates basins (`basins.tenancy.as_owner`).
DATABASES = {
    "default": {
        "ENGINE": "basins.postgresql",
        **environment.database(
            environment.optional("DATABASE_URL", "postgresql://alize_app@/alize")
        ),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # Only the choices of a field are read by a cursor: one statement each, instead of three.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
DATABASE_OWNER = environment.database(environment.optional("DATABASE_OWNER_URL"))
DATABASE_ROLE_PREFIX = environment.optional("DATABASE_ROLE_PREFIX", "alize")

# -- Broker and cache --------------------------------------------------------------------------
REDIS_URL = environment.optional("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "alize.common.cache.FallbackCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "alize.common.cache.basin_key",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
# Celery names otherwise what the cache's client calls unix:///path?db=1.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host="
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_connect_timeout": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"  # where the scheduler sends, and the worker listens
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BEAT_SCHEDULE = {
    "sweep the outbox": {"task": "outbox.sweep", "schedule": 30.0},
    "tell of stuck work": {"task": "outbox.tell_stuck", "schedule": 86_400.0},
    # Asked again during the day, in case it was cut short: each basin does its day once.
    "begin the day of every basin": {"task": "basins.begin_day", "schedule": 21_600.0},
    "seal the registers": {"task": "basins.keep_seals", "schedule": 21_600.0},
    "check the national figures": {"task": "network.ask_for_checks", "schedule": 21_600.0},
}

# -- Requests ----------------------------------------------------------------------------------
ROOT_URLCONF = "alize.urls"
WSGI_APPLICATION = "alize.wsgi.application"
MIDDLEWARE = [
    "alize.common.logs.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "alize.common.headers.HeadersMiddleware",
    "alize.common.bodies.BodySizeMiddleware",  # before whatever reads what was sent
    "alize.common.redirects.RedirectsToldMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "alize.common.cookies.WholeCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alize.common.busy.BusyMiddleware",
    "basins.middleware.AccessMiddleware",
]
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
REQUEST_MAX_BYTES = 52_000_000
"""A form with the largest file that a page takes: a sealed document to verify, 50 MB."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
GUARD_READS = False
"""Whether a write during a GET raises: on in the demo and in tests."""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "basins.context.interface",
            ],
            "builtins": [
                "alize.common.templatetags.alize",
                "alize.common.templatetags.ui",
                "basins.templatetags.pages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# -- Security ----------------------------------------------------------------------------------
POLICY_REPORTS = "/politique/"
"""Where browsers tell what they refused of a page, by the old way and the new."""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "report-uri": POLICY_REPORTS,
        "report-to": "politique",
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "alize.common.views.csrf_failure"

# -- Accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "first_name", "last_name"]},
    },
    {"NAME": "alize.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "alize.notifications.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "alize.accounts.forms.SignInForm",
    "reset_password": "alize.accounts.forms.AskResetForm",
    "reset_password_from_key": "alize.accounts.forms.NewPasswordForm",
    "set_password": "alize.accounts.forms.SetPasswordForm",
    "change_password": "alize.accounts.forms.ChangePasswordForm",
    "reauthenticate": "alize.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
# Sized for a committee in one room, behind one address (security.md S16).
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    # The fifth wrong password of `login_failed` is told to its owner, who is not flooded (S15).
    "wrong_password": "4/5m/key",
    "owner_warned": "1/h/key",
    "request_login_code": "60/m/ip,5/5m/key",
    # A form sent twice, by a double click.
    "sign_in_link": "1/10s/key",
    "sign_in_code": "60/m/ip,10/h/key",
    "reset_password": "30/m/ip,5/5m/key",
    "verify_document": "60/m/ip",
    "document_seen": "30/m/key",
    "policy_report": "30/m/ip",
    # Each keeps a while what somebody unknown has sent.
    "late_form": "20/m/ip",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 3600
FIELD_ENCRYPTION_KEY_FALLBACKS: list[str] = []
"""What still opens the secrets of second factors, while their key is changed."""
MFA_ADAPTER = "basins.second_factor.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "alize.accounts.forms.CodeForm",
    "reauthenticate": "alize.accounts.forms.ConfirmCodeForm",
    "activate_totp": "alize.accounts.forms.EnrolApplicationForm",
    "add_webauthn": "alize.accounts.forms.AddKeyForm",
    "edit_webauthn": "alize.accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody signs up: an invitation has shown whose the address is, which allauth does not note. It
# would refuse a second factor to any account for which anybody has asked for a new password.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "ALIZE"
SOCIALACCOUNT_ADAPTER = "alize.accounts.proconnect.SocialAccountAdapter"
PROCONNECT = {
    "server_url": environment.optional("PROCONNECT_URL"),
    "client_id": environment.optional("PROCONNECT_CLIENT_ID"),
    "secret": environment.optional("PROCONNECT_SECRET"),
}

# -- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap/css", NODE_MODULES / "bootstrap" / "dist" / "css"),
    ("vendor/source-sans-3", NODE_MODULES / "@fontsource-variable" / "source-sans-3" / "files"),
]
DOCUMENTS_ROOT = STATE_DIR / "documents"
DOCUMENTS_ACCEL_PREFIX = ""
SEAL_KEYS = Path(environment.optional("ALIZE_SEAL_KEYS", str(STATE_DIR / "seal-keys")))
SEAL_PASSPHRASE = environment.optional("SEAL_PASSPHRASE")
REGISTER_MAILBOXES: list[str] = []
"""Who keeps the digests of every basin's journal away from the server, beside its prefecture."""

# -- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# -- Mail --------------------------------------------------------------------------------------
PUBLIC_URL = environment.optional("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
DEFAULT_FROM_EMAIL = environment.optional(
    "DEFAULT_FROM_EMAIL", "ALIZE <ne-pas-repondre@alize.example>"
)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "alize.common.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"alize": {"level": "INFO"}},
}
