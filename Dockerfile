# One image for every process of ours: worker, console, simulator, `waymark prepare`.
FROM python:3.11.11-slim-bookworm

RUN useradd --create-home --uid 10001 waymark \
 && install -d -o waymark -g waymark /home/waymark/phones /home/waymark/state
WORKDIR /app

# The locked requirements first: they change less often than the code.
COPY locks/runtime.txt locks/runtime.txt
RUN pip install --no-cache-dir --require-hashes -r locks/runtime.txt

COPY --chown=waymark:waymark . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

USER waymark
ENV PYTHONUNBUFFERED=1
CMD ["python", "-m", "workers.worker"]
