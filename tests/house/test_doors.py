"""Only doors commit; the clock, the dangerous and the noisy have one home each (house.md §4.2, 3, 10, 12)."""

import ast

from tests.house import tree

DOORS = (
    "portal/views/",
    "portal/wechat/",
    "portal/commands.py",
    "admin/views/",
    "admin/commands/",
    "admin/commands.py",
    "casework/jobs/",
    # What every request passes; a refusal, a living session, a download are written there.
    "admin/access.py",
    "admin/downloads.py",
    "portal/guard.py",
)
MAKES_THE_DOORS = ("casework/db.py", "casework/schema.py")
DANGEROUS = {
    "PIL", "pillow_heif", "itsdangerous", "hashlib", "hmac", "secrets", "random", "cryptography", "argon2", "pyotp",
    "minio", "pickle", "marshal", "shelve", "xml",
}  # fmt: skip


def test_only_doors_open_and_close_transactions() -> None:
    faults, seen = [], 0
    for path in tree.python("casework", "portal", "admin", "config"):
        name = tree.name(path)
        for call in tree.calls(path):
            if tree.called(call) in ("begin", "commit", "rollback") and isinstance(call.func, ast.Attribute):
                seen += 1
                if not name.startswith(DOORS + MAKES_THE_DOORS):
                    faults.append(f"{name}:{call.lineno} .{tree.called(call)}()")
    assert seen > 10, "this test no longer sees how transactions are opened"
    tree.clear(faults, "Views, commands and jobs say `with db.begin()`; actions are handed the session.")


def test_dangerous_things_have_one_home() -> None:
    faults, seen = [], 0
    for path in tree.python():
        name = tree.name(path)
        for line, imported in tree.imports(path):
            if imported.split(".")[0] in DANGEROUS:
                seen += 1
                if not name.startswith("casework/vault/"):
                    faults.append(f"{name}:{line} imports {imported}")
    assert seen > 10, "this test no longer sees the vault"
    tree.clear(faults, "casework/vault says what is meant (seal_identity); call that.")


def test_time_comes_from_the_calendar() -> None:
    faults = []
    for path in tree.python("casework", "portal", "admin"):
        name = tree.name(path)
        if name == "casework/calendar.py" or name.startswith("casework/vault/"):
            continue  # ages of what a browser carries are stamped by the library, with the machine's clock
        for call in tree.calls(path):
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                asked = f"{call.func.value.id}.{call.func.attr}"
                if asked in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"):
                    faults.append(f"{name}:{call.lineno} {asked}()")
    tree.clear(faults, "calendar.now() and calendar.today() can be frozen; the machine's clock cannot.")


def test_nobody_breaks_off_with_a_status() -> None:
    faults = [
        f"{tree.name(path)}:{call.lineno} {tree.called(call)}()"
        for path in tree.python("casework", "portal", "admin")
        for call in tree.calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "abort"
    ]
    tree.clear(faults, "Raise what is wrong (casework.errors); the surface turns it into a page once.")


def test_nothing_is_run_that_was_written_as_text() -> None:
    faults = []
    for path in tree.python():
        for call in tree.calls(path):
            if isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec", "compile"):
                faults.append(f"{tree.name(path)}:{call.lineno} {call.func.id}()")
            if any(word.arg == "shell" for word in call.keywords):
                faults.append(f"{tree.name(path)}:{call.lineno} shell=")
    tree.clear(faults, "Text is data.")
