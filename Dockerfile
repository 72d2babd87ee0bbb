# What runs in production: the code, the locked packages, nothing that builds or tests.
# PostgreSQL and Redis are containers of their own (docker-compose.yml).
FROM python:3.13-slim-bookworm AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/engraft \
    && /opt/engraft/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.13-slim-bookworm
ENV PATH=/opt/engraft/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/srv/static \
    # Figures are drawn in /tmp, the only place that may be written to.
    MPLCONFIGDIR=/tmp/matplotlib \
    # Several threads per sum change the last digit of a result from run to run.
    OPENBLAS_NUM_THREADS=1
RUN groupadd --gid 10001 engraft \
    && useradd --uid 10001 --gid engraft --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin engraft
COPY --from=packages /opt/engraft /opt/engraft
WORKDIR /srv/engraft
COPY manage.py pyproject.toml ./
COPY config ./config
COPY registry ./registry
COPY outcomes ./outcomes
COPY reports ./reports
# Static files do not depend on the installation; the settings must be complete all the same, hence the stand-ins.
RUN DATABASE_URL=postgresql://none/none REDIS_URL=redis://none SECRET_KEY=none FIELD_KEYS=none \
    ALLOWED_HOSTS=none SITE_URL=https://none DEFAULT_FROM_EMAIL=none@none \
    python manage.py collectstatic --no-input --verbosity 0
# Last, since it changes with every commit: reports print it, so that two codes never look the same.
ARG ENGRAFT_COMMIT=""
ENV ENGRAFT_COMMIT=$ENGRAFT_COMMIT
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--timeout=60", "--max-requests=2000", \
     "--max-requests-jitter=200", "--worker-tmp-dir=/dev/shm", "--access-logfile=-", "--forwarded-allow-ips=*"]
