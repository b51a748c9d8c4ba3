"""Temporal's tables on PostgreSQL, from the schema files of the module that the server is built of.

A deployment uses Temporal's own tool for this. Here its indexes over lists and texts leave the
namespace out: with it they need an extension that the packaged PostgreSQL does not bring.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from bench.postgres import Postgres
from local.build import TEMPORAL_SERVER
from local.errors import StandError

_MODULE = "go.temporal.io/server"
_EXTENSION = re.compile(r"DO LANGUAGE 'plpgsql' \$\$.*?btree_gin.*?\$\$;", re.DOTALL)
_VERSIONS = {"temporal": "Version", "visibility": "VisibilityVersion"}
_VERSION_TABLE = """
CREATE TABLE schema_version(
    version_partition INT NOT NULL, db_name VARCHAR(255) NOT NULL, creation_time TIMESTAMP,
    curr_version VARCHAR(64), min_compatible_version VARCHAR(64),
    PRIMARY KEY (version_partition, db_name))
"""


def create(postgres: Postgres) -> dict[str, str]:
    """The databases of the two stores, with the tables of this server's version."""
    folder = _sources() / "schema" / "postgresql" / "v12"
    return {store: _create(postgres, folder, store) for store in _VERSIONS}


def _create(postgres: Postgres, folder: Path, store: str) -> str:
    name = postgres.create(store)
    version = _version(folder, _VERSIONS[store])
    with psycopg.connect(postgres.url(name), autocommit=True) as connection:
        connection.execute(_statements(folder / store / "schema.sql").encode())
        connection.execute(_VERSION_TABLE)
        connection.execute(
            "INSERT INTO schema_version VALUES (0, %s, now(), %s, %s)", [name, version, version]
        )
    return name


def _statements(schema: Path) -> str:
    statements = _EXTENSION.sub("", schema.read_text(encoding="utf-8"))
    return statements.replace("USING GIN (namespace_id, ", "USING GIN (")


def _version(folder: Path, constant: str) -> str:
    source = (folder / "version.go").read_text(encoding="utf-8")
    found = re.search(rf'^const {constant} = "([\d.]+)"', source, re.MULTILINE)
    if found is None:
        raise StandError(f"{constant} is not in Temporal's version.go.", "Look at its new form.")
    return found[1]


def _sources() -> Path:
    """Where Go keeps the server's module; fetched when it is not there yet."""
    go = shutil.which("go")
    if go is None:
        raise StandError(
            "Temporal's tables for PostgreSQL come from its Go module, and Go is not installed.",
            "Install Go, then try again.",
        )
    command = [go, "mod", "download", "-json", f"{_MODULE}@v{TEMPORAL_SERVER.version}"]
    with tempfile.TemporaryDirectory() as nowhere:
        answer = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=True, cwd=nowhere
        )
    return Path(json.loads(answer.stdout)["Dir"])
