"""The people of the reward's way, in a database of their own."""

import pytest

from casework.db import Database
from tests.factories import rewards
from tests.factories.rewards import People
from tests.machine.key_folders import KeyFolders


@pytest.fixture
def people(db: Database, keys: KeyFolders) -> People:
    with db.begin() as session:
        return rewards.people(session, keys)
