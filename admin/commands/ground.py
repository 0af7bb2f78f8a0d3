"""What commands work with."""

from dataclasses import dataclass

from casework.db import Database
from casework.vault.keys import OfficeKeys, load_office_keys
from config.settings import Settings, load_settings


@dataclass(frozen=True)
class Ground:
    settings: Settings
    db: Database

    def office_keys(self) -> OfficeKeys:
        return load_office_keys(self.settings.office_keys)


def ground() -> Ground:
    settings = load_settings()
    return Ground(settings, Database(settings.database_url))
