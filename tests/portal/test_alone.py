"""Each surface in a process of its own, as in service: nothing may work only because the other was imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from casework.db import Database
from casework.officers.actions import publish_key
from casework.vault.keys import reading_public_keys
from tests.machine.key_folders import KeyFolders

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = {"portal_app": ("portal", "receipt"), "admin_app": ("office", "receipt")}
RESOLVE = """
import sys, app
getattr(app, sys.argv[1])
from casework.db import Base
pairs = [fk.column for table in Base.metadata.tables.values() for fk in table.foreign_keys]
other = {"portal_app": "admin", "admin_app": "portal"}[sys.argv[1]]
assert len(pairs) > 20, len(pairs)
assert other not in sys.modules, f"{other} was imported"
print("alone")
"""


@pytest.mark.parametrize("surface", KEYS)
def test_a_surface_alone_knows_every_table_and_only_its_keys(
    surface: str, sqlite_db: Database, keys: KeyFolders, tmp_path: Path
) -> None:
    with sqlite_db.begin() as session:
        for number, public in reading_public_keys(keys.office).items():
            publish_key(session, purpose="reading", number=number, public=public)
    folders = {
        f"QINGSHAN_{kind.upper()}_KEYS": str(
            keys.folder / kind if kind in KEYS[surface] else tmp_path / "absent"
        )
        for kind in ("portal", "receipt", "office")
    }
    settings = {
        "QINGSHAN_DATABASE_URL": sqlite_db.url.render_as_string(hide_password=False),
        "QINGSHAN_QUEUE_URL": f"sqlite:///{tmp_path}/queue.db",
        "QINGSHAN_EVIDENCE_URL": f"file://{tmp_path}/evidence",
        "QINGSHAN_DEMO": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", RESOLVE, surface],
        cwd=ROOT,
        env=settings | folders | {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "alone\n", done.stderr
