"""Every route is opened on purpose, and a forgotten one keeps the application from starting (house.md §4.11)."""

from pathlib import Path

import pytest
from flask import Flask

from admin import access, create_admin
from admin.means import Means as AdminMeans
from casework.bells import Bells
from casework.db import Database
from casework.officers.roles import Permission
from casework.vault.storage import open_store
from config.settings import Settings
from portal import create_portal, guard
from portal.means import Means as PortalMeans
from tests.machine.key_folders import KeyFolders

# What an officer reaches without having signed in. Anything more is a decision.
OPEN_TO_ALL = {"static", "sign_in.sign_in", "sign_in.take_sign_in"}


@pytest.fixture
def ground(sqlite_db: Database, tmp_path: Path) -> dict[str, object]:
    return {
        "settings": Settings(var=tmp_path),
        "db": sqlite_db,
        "store": open_store(f"file://{tmp_path / 'evidence'}", Settings().s3),
        "bells": Bells(f"sqlite:///{tmp_path / 'queue.db'}"),
    }


@pytest.fixture
def portal_app(ground: dict, keys: KeyFolders) -> Flask:
    return create_portal(PortalMeans(**ground, portal_keys=keys.portal, receipt_keys=keys.receipt))


@pytest.fixture
def admin_app(ground: dict, keys: KeyFolders) -> Flask:
    return create_admin(AdminMeans(**ground, office_keys=keys.office, receipt_keys=keys.receipt))


def test_every_public_route_is_marked(portal_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in portal_app.url_map.iter_rules()}
    assert len(endpoints) > 5
    assert {
        name for name in endpoints if not getattr(portal_app.view_functions[name], guard._MARK, False)
    } == set()


def test_every_office_route_is_allowed_to_somebody(admin_app: Flask) -> None:
    marks = _office_marks(admin_app)
    assert len(marks) > 3
    for endpoint, permissions in marks.items():
        assert permissions is None or all(isinstance(one, Permission) for one in permissions), endpoint


def test_who_is_not_signed_in_reaches_signing_in_and_nothing_else(admin_app: Flask) -> None:
    open_to_all = {
        endpoint for endpoint, permissions in _office_marks(admin_app).items() if permissions is None
    }
    assert open_to_all <= OPEN_TO_ALL
    client = admin_app.test_client()
    for rule in admin_app.url_map.iter_rules():
        if rule.endpoint in {"static", *open_to_all} or "GET" not in (rule.methods or ()):
            continue
        with admin_app.test_request_context():
            address = rule.build(dict.fromkeys(rule.arguments, "1"))
        assert address is not None, rule
        answer = client.get(address[1])
        assert answer.status_code == 303, rule
        assert answer.location.startswith("/admin/sign-in"), rule


def test_office_addresses_lie_under_admin(admin_app: Flask, portal_app: Flask) -> None:
    assert all((rule.rule + "/").startswith("/admin/") for rule in admin_app.url_map.iter_rules())
    assert not any(rule.rule.startswith("/admin") for rule in portal_app.url_map.iter_rules())


def test_a_forgotten_public_route_keeps_the_portal_shut(portal_app: Flask) -> None:
    portal_app.view_functions["forgotten"] = lambda: ""
    portal_app.url_map.add(portal_app.url_rule_class("/forgotten", endpoint="forgotten"))
    with pytest.raises(guard.RouteUnmarked, match="forgotten"):
        guard.refuse_unmarked(portal_app)


def test_a_forgotten_office_route_keeps_the_office_shut(admin_app: Flask) -> None:
    admin_app.view_functions["forgotten"] = lambda: ""
    admin_app.url_map.add(admin_app.url_rule_class("/admin/forgotten", endpoint="forgotten"))
    with pytest.raises(access.RouteUnmarked, match="forgotten"):
        access.refuse_unmarked(admin_app)


def _office_marks(app: Flask) -> dict[str, frozenset[Permission] | None]:
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    return {name: getattr(view, access._MARK) for name, view in views.items() if name != "static"}
