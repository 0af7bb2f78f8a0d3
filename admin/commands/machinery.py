"""run, worker, migrate, doctor: the product as processes on a machine."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from admin.commands.ground import ground
from casework import policy, schema
from casework.demo_mark import is_demo, refuse_mixed
from casework.grants import office_grants, portal_grants
from casework.vault import keys
from config.logging import set_up_logging
from config.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
CALM = 10  # seconds a child must live before its end counts as a single mishap
MISHAPS = 3


@click.command()
@click.option("--host", default=None, help="Where to listen (QINGSHAN_HOST, 127.0.0.1).")
@click.option("--port", default=None, type=int, help="Where to listen (QINGSHAN_PORT, 8000).")
def run(host: str | None, port: int | None) -> None:
    """Migrates, makes keys and the demo story on a first demo start, then runs web and worker until stopped."""
    if host:
        os.environ["QINGSHAN_HOST"] = host
    if port:
        os.environ["QINGSHAN_PORT"] = str(port)
    set_up_logging()
    here = ground()
    prepare(here.settings)
    here.db.dispose()
    sys.exit(supervise(here.settings))


def prepare(settings: Settings) -> None:
    """Everything a first start needs; on later ones it only migrates."""
    here = ground()
    demo = is_demo(settings, here.db)
    if demo:
        if settings.host not in ("127.0.0.1", "localhost", "::1"):
            raise click.UsageError("the demo listens on loopback only; set QINGSHAN_DEMO=0 for service")
        for kind, folder in key_folders(settings).items():
            if not (folder / keys.FILE).exists():
                keys.make_keys(kind, folder, demo=True)
    schema.migrate(here.db)
    if demo:
        from admin.commands.demo import seed_once

        seed_once(here)
    refuse_mixed(settings, here.db)
    here.db.dispose()


def key_folders(settings: Settings) -> dict[str, Path]:
    return {"portal": settings.portal_keys, "receipt": settings.receipt_keys, "office": settings.office_keys}


def supervise(settings: Settings) -> int:
    """Web and worker as children; a worker that dies is started again, a dead web ends it all."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _frame: stopping.append(signum))
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config" / "gunicorn.py"), "app:app"],
        "worker": [sys.executable, str(ROOT / "app.py"), "worker"],
    }
    children = {name: _start(command) for name, command in commands.items()}
    started, mishaps = time.monotonic(), 0
    _greet(settings)
    while not stopping:
        time.sleep(0.2)
        if children["web"].poll() is not None:
            break
        if children["worker"].poll() is not None:
            mishaps = mishaps + 1 if time.monotonic() - started < CALM else 1
            if mishaps >= MISHAPS:
                click.echo("the worker does not stay up", err=True)
                break
            started, children["worker"] = time.monotonic(), _start(commands["worker"])
    _stop(children)
    return 0 if stopping else 1


@click.command()
@click.option("--once", is_flag=True, help="One sweep, then end.")
def worker(once: bool) -> None:
    """Cleans photos, seals the trail, throws expired drafts away: all that pages do not wait for."""
    from casework.jobs.worker import Worker

    set_up_logging()
    here = ground()
    hands = Worker(here.settings, here.db, here.office_keys())
    if once:
        hands.sweep()
        hands.close()
        return
    hands.run()


@click.command()
def migrate() -> None:
    """Brings the database up to date. Safe to call again."""
    here = ground()
    schema.migrate(here.db)
    click.echo(f"database at revision {schema.revision(here.db)}")


@click.command()
@click.option("--portal", default=None, help="Role that portal processes connect as.")
@click.option("--office", default=None, help="Role that office and worker connect as.")
def grants(portal: str | None, office: str | None) -> None:
    """Prints what the runtime roles may touch, as SQL for psql (PostgreSQL; docs/operate.md)."""
    lines: list[str] = []
    if portal:
        lines += portal_grants(portal, schema.metadata())
    if office:
        lines += office_grants(office, schema.metadata())
    click.echo("\n".join(lines))


@click.command()
def doctor() -> None:
    """Looks at everything the product stands on and says what is wrong and what it means."""
    here = ground()
    faults = list(_ailments(here.settings))
    for fault in faults:
        click.echo(f"✗ {fault}")
    if not faults:
        click.echo("✓ settings, policy, database, keys, evidence store and queue are in order")
    click.echo(_custody(here.settings))
    sys.exit(1 if faults else 0)


def _ailments(settings: Settings) -> list[str]:
    from casework.bells import open_queue
    from casework.db import Database
    from casework.vault.storage import open_store

    faults = []
    policy.current()
    db = Database(settings.database_url)
    if not db.is_alive():
        faults.append("the database does not answer")
    elif not schema.is_current(db):
        faults.append("the database is not up to date; run `python app.py migrate`")
    folders = key_folders(settings)
    absent = {kind for kind, folder in folders.items() if not (folder / keys.FILE).exists()}
    # A public machine holds portal and receipt keys, an office machine office and receipt keys.
    faults += [
        f"no {kind} keys in {folders[kind]}"
        for kind in sorted(absent)
        if kind == "receipt" or len(absent) > 1
    ]
    for kind, folder in folders.items():
        if kind not in absent and (
            (folder.stat().st_mode & 0o077) or ((folder / keys.FILE).stat().st_mode & 0o077)
        ):
            faults.append(f"{folder} can be read by others; it should be 0700 and its file 0600")
    if not open_store(settings.evidence_url, settings.s3).healthy():
        faults.append("the evidence store does not take files")
    try:
        open_queue(settings.queue_url).pending_count()
    except Exception as error:  # noqa: BLE001 - told, not handled
        faults.append(f"the queue does not answer ({type(error).__name__}); work still goes on once a minute")
    return faults


def _custody(settings: Settings) -> str:
    here = [kind for kind, folder in key_folders(settings).items() if (folder / keys.FILE).exists()]
    if "portal" in here and "office" in here:
        return (
            "This machine holds portal and office keys: sealed tips are safe from theft of database, evidence "
            "and backups, but not from whoever takes over this machine. Run portal and office apart in service."
        )
    return f"This machine holds {', '.join(here) or 'no'} keys."


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of their own: Ctrl-C reaches the supervisor, which stops them in order.
    # The caller's folder stays theirs: relative paths of the settings begin there.
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True)


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()


def _greet(settings: Settings) -> None:
    click.echo(f"青山 Qingshan\n  citizens  {settings.public_url}/\n  office    {settings.public_url}/admin/")
    accounts = settings.var / "demo-accounts.json"
    if accounts.exists():
        click.echo(f"  demo accounts (passwords and TOTP secrets): {accounts}")


COMMANDS = (run, worker, migrate, grants, doctor)
