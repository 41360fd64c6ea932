# One image for the web server, the worker, the scheduler and every command: docker-compose.yml says which is which.
# Static files are not collected here, because settings need an installation: `manage.py prepare` does it at the start.

FROM python:3.11-slim AS packages
COPY requirements.txt /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    PORTAL_DATA=/data
# The folders exist in the image, so that new volumes mounted there belong to the portal's user.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /data /data/uploads
COPY --from=packages /opt/venv /opt/venv
WORKDIR /portal
COPY . .
RUN python -m compileall -q . && chmod -R a+rX .
USER portal
EXPOSE 8000
# No control socket: nothing is written beside PORTAL_DATA and temporary files, and the file system may be read-only.
CMD ["gunicorn", "twinning.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--timeout", "60", \
     "--graceful-timeout", "10", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
