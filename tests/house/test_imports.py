"""Who may import whom (house.md §2)."""

import sys
from pathlib import Path

import pytest

from tests.house import tree

WEB = {"flask", "flask_wtf", "flask_babel", "werkzeug", "wtforms", "jinja2", "gunicorn", "wechatpy"}
OURS = {"config", "casework", "portal", "admin", "migrations", "tests", "app"}
MAY = {
    "config": {"config"},
    "casework": {"casework", "config"},
    "portal": {"portal", "casework", "config"},
    "admin": {"admin", "casework", "config"},
    "migrations": {"migrations"},
}
# Files that stand where two things meet, each with what else it may import and why.
ALSO = {
    "config/gunicorn.py": {"gunicorn"},  # it is gunicorn's own configuration
    "migrations/env.py": {"casework", "config"},  # it compares the models with the database
}

# Lowest first. A room imports only rooms on lines above its own, at the top of a file.
FLOORS = (
    ("errors", "terms", "calendar", "policy", "geo", "periods", "labels", "db"),
    ("vault",),
    ("trail",),
    ("officers",),
    ("drafts", "letters", "duties", "evidence", "bells", "demo_mark"),
    ("identities", "contacts"),  # a named tip is received with its name sealed, in one deed
    ("tips",),
    ("search", "registers", "notices"),
    ("clues",),
    ("cases",),
    ("transfers",),
    ("rewards", "oversight", "patrols"),
    ("ledgers",),
    ("retention", "publishing", "statistics", "returns", "meetings"),
    ("jobs",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
SEES_ALL = {"schema", "grants"}  # the tables of every room, to make them and to say who may touch them


def test_each_part_imports_only_what_it_may() -> None:
    faults = []
    for part, may in MAY.items():
        for path in tree.python(part):
            allowed = may | ALSO.get(tree.name(path), set())
            for line, name in tree.imports(path):
                root = name.split(".")[0]
                if root in OURS - allowed or (
                    part == "config" and not _is_stdlib(root) and root not in allowed
                ):
                    faults.append(f"{tree.name(path)}:{line} imports {name}")
    tree.clear(faults, "A shared idea belongs in casework; config knows the standard library only.")


def test_the_domain_knows_nothing_of_the_web() -> None:
    faults = [
        f"{tree.name(path)}:{line} imports {name}"
        for path in tree.python("casework", "migrations")
        for line, name in tree.imports(path)
        if name.split(".")[0] in WEB
    ]
    tree.clear(faults, "casework raises errors of its own; a surface turns them into pages.")


def test_wechatpy_has_one_home() -> None:
    faults = [
        f"{tree.name(path)}:{line} imports {name}"
        for path in tree.python()
        if not tree.name(path).startswith("portal/wechat/")
        for line, name in tree.imports(path)
        if name.split(".")[0] == "wechatpy"
    ]
    tree.clear(faults, "wechatpy is imported in portal/wechat only.")


def test_every_room_has_a_floor() -> None:
    rooms = {_room(tree.name(path)) for path in tree.python("casework")} - {"__init__"} - SEES_ALL
    assert rooms >= {"vault", "trail", "officers", "tips", "clues"}
    unknown = rooms - FLOOR.keys()
    assert not unknown, f"say in FLOORS where these rooms stand, and in docs/house.md: {sorted(unknown)}"


def test_rooms_import_only_downward() -> None:
    faults = []
    for path in tree.python("casework"):
        room = _room(tree.name(path))
        if room in SEES_ALL or room == "__init__":
            continue
        for line, name in tree.imports(path, top_only=True):
            other = _imported_room(name)
            if other and other != room and not _is_below(other, room):
                faults.append(f"{tree.name(path)}:{line} imports {name}")
    tree.clear(
        faults, "What stands above is told by duties and show_stage, or looks down; it is not imported."
    )


# What a kind of file must not know inside its own room.
BLIND = {
    "rules": ("models", "actions", "queries"),
    "terms": ("models", "actions", "queries", "rules"),
    "models": ("actions", "queries", "rules"),
    "queries": ("actions",),
}


@pytest.mark.parametrize("kind", BLIND)
def test_inside_a_room_files_know_only_what_they_need(kind: str) -> None:
    paths = [path for path in tree.python("casework") if path.stem == kind]
    assert paths, f"no {kind}.py in casework"
    faults = [
        f"{tree.name(path)}:{line} imports {name}"
        for path in paths
        for line, name in tree.imports(path)
        if any(name.startswith(f"casework.{path.parent.name}.{other}") for other in BLIND[kind])
    ]
    tree.clear(faults, "actions → rules, models; queries → models; rules know enums only.")


def test_rules_are_pure_tables() -> None:
    faults = [
        f"{tree.name(path)}:{line} imports {name}"
        for path in tree.python("casework")
        if path.stem == "rules"
        for line, name in tree.imports(path)
        if name.split(".")[0] == "sqlalchemy" or name.startswith("casework.db")
    ]
    tree.clear(faults, "A rule decides from values that it is given; it asks no database.")


def _room(name: str) -> str:
    return Path(name).parts[1].removesuffix(".py")


def _imported_room(dotted: str) -> str:
    """`casework.tips.models.Tip` and `from casework import tips` both name the room tips."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "casework" and len(parts) > 1 and parts[1] in FLOOR else ""


def _is_below(other: str, room: str) -> bool:
    ground_floor = FLOOR[room] == FLOOR[other] == 0
    return FLOOR[other] < FLOOR[room] or ground_floor


def _is_stdlib(root: str) -> bool:
    return root in sys.stdlib_module_names
