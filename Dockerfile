# The image of the tasks: what `kedro flyte init` writes, with the plugin from its folder.
#   docker build -t registry.example.org/e06-flows:1.0 .
# Tasks that train nothing start faster in a lighter one; name it as a second environment:
#   docker build --build-arg REQUIREMENTS=requirements-light.txt -t registry.example.org/e06-flows:1.0-light .
FROM python:3.11-slim

# Tasks need not be root. Flyte unpacks the code that it ships into this folder.
RUN useradd --uid 1000 --create-home flyte && mkdir -p /root && chown flyte: /root
WORKDIR /root
ENV PYTHONPATH=/root \
    DO_NOT_TRACK=true

# Libraries first: this layer is built again only when they change.
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} /tmp/requirements.txt
COPY kedro-flyte /tmp/kedro-flyte
# Byte-code is compiled once here, not by every task at its start.
RUN pip install --no-cache-dir --compile -r /tmp/requirements.txt /tmp/kedro-flyte

COPY --chown=flyte . .
RUN python -m compileall -q .
USER flyte
