# The image of production: each program of the site is the same image with another argument.
FROM node:24-trixie-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim-trixie AS packages
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock

FROM python:3.13-slim-trixie
# What WeasyPrint loads to write PDF documents.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=alize.settings.production \
    ALIZE_STATE_DIR=/var/lib/alize \
    GUNICORN_CMD_ARGS=--bind=0.0.0.0:8000
RUN useradd --system --uid 10001 --home-dir /var/lib/alize alize \
    && install --directory --owner alize --mode 700 \
        /var/lib/alize /var/lib/alize/documents /var/lib/alize/seal-keys
WORKDIR /srv/alize
COPY --from=packages /opt/venv /opt/venv
COPY --from=assets /assets/node_modules node_modules
COPY . .
# Production refuses to start without its secrets: those of this line serve nothing and stay here.
RUN python -m compileall -q . \
    && SECRET_KEY="$(head -c 48 /dev/urandom | base64)" \
       FIELD_ENCRYPTION_KEY="$(head -c 32 /dev/urandom | base64)" \
       SEAL_PASSPHRASE="$(head -c 32 /dev/urandom | base64)" \
       DATABASE_URL=postgresql:///alize REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
       ALLOWED_HOSTS=localhost PUBLIC_URL=https://localhost DEFAULT_FROM_EMAIL=alize@localhost \
       REGISTER_MAILBOXES=registers@localhost \
       python -m django collectstatic --no-input
USER alize
VOLUME /var/lib/alize
EXPOSE 8000
ENTRYPOINT ["deploy/entrypoint"]
CMD ["web"]
