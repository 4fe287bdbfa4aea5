# The service's image: web, worker, scheduler and deliverer differ only by their command (see compose.yaml).
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/xinjian
# The dependencies change seldom: a layer of their own.
COPY requirements.lock requirements-telemetry.lock ./
# With traces: docker compose build --build-arg EXTRA=-telemetry
ARG EXTRA=
RUN /opt/xinjian/bin/python -m pip install --require-hashes -r requirements${EXTRA}.lock
COPY pyproject.toml README.md* LICENSE ./
COPY scoring scoring
COPY service service
COPY workers workers
# setuptools built the project and stays behind, as does pip: the image installs nothing any more.
RUN /opt/xinjian/bin/python -m pip install --no-deps --no-build-isolation . \
 && /opt/xinjian/bin/python -m pip uninstall --yes setuptools pip

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Xinjian" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 xinjian \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin xinjian \
 && install -d -o xinjian -g xinjian -m 0750 /var/lib/xinjian /var/lib/xinjian/stock /var/lib/xinjian/backups /run/xinjian
COPY --from=build /opt/xinjian /opt/xinjian
# /run/xinjian keeps the figures of living processes, /tmp what one file takes while it is read: both may be memory.
# Everything received is kept in the database. Nothing else is written but the stock of the studio and backups, where
# volumes are mounted over their folders: the root may be read-only.
ENV PATH=/opt/xinjian/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0:8000 PROMETHEUS_MULTIPROC_DIR=/run/xinjian
WORKDIR /var/lib/xinjian
USER 10001:10001
# The port unless BIND says otherwise; the health check asks where BIND says.
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
  CMD ["python", "-m", "service.alive"]
CMD ["gunicorn", "-c", "python:service.server", "service.wsgi:app"]
