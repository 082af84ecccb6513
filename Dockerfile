# One image for web, worker and migrations.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN groupadd --system --gid 10001 stepdown \
    && useradd --system --uid 10001 --gid stepdown --home-dir /srv/stepdown --shell /usr/sbin/nologin stepdown

# pg_dump and pg_restore, for backups; of the same version as the server in docker-compose.yml.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/stepdown

COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

COPY --chown=root:root manage.py CHANGELOG.md ./
COPY --chown=root:root clinic ./clinic
COPY --chown=root:root bookings ./bookings
COPY --chown=root:root assessments ./assessments
COPY --chown=root:root templates ./templates
COPY --chown=root:root locale ./locale
COPY --chown=root:root deploy ./deploy

# Static files are hashed and collected as production serves them; these values end with the line.
RUN STEPDOWN_MODE=production SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost SITE_URL=https://localhost EMAIL_URL=smtp://localhost \
    DATABASE_URL=postgres://nobody@localhost/none \
    python manage.py collectstatic --noinput --verbosity 0 \
    && install -d -o stepdown -g stepdown var var/media var/files var/erasures var/staging

USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "clinic.wsgi"]
