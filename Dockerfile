# One image for web, worker, beat and the one-shot migration; docker-compose.yml names the command of each.
# Debian 12 has the client programs of PostgreSQL 15, the server that docker-compose.yml names: backups need the same.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VAR_DIR=/app/var

RUN useradd --system --uid 10001 --create-home --home-dir /home/competition competition

RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements/run.lock requirements/run.lock
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements/run.lock

COPY . .
# Compiled translations and collected static files are part of the image; only uploads, backups and the beat's notebook are
# written, each into a volume.
RUN python scripts/messages.py compile \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf var/secret_key var/broker \
    && mkdir -p var/media var/beat var/backups \
    && chown -R competition var

USER competition
ENV PRODUCTION=1
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "--workers", "4"]
