"""What the machine's owner decides: QINGSHAN_* variables, read once, every fault told at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "QINGSHAN_"
DATABASES = ("sqlite:///", "postgresql+psycopg://")
QUEUES = ("sqlite:///", "postgresql+psycopg://", "postgresql://", "redis://")
LIMITS = ("memory://", "redis://")
STORES = ("file://", "s3://")
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE
)
_OWN = ("127.0.0.1", "localhost", "[::1]")


class SettingsError(ValueError):
    """Holds every fault found, one a line, each with the variable's name and what it should be."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class S3:
    """Where an S3-compatible store answers; the secret never shows in a repr."""

    endpoint: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    database_url: str = "sqlite:///var/qingshan.db"
    queue_url: str = "sqlite:///var/queue.db"
    rate_limit_url: str = "memory://"
    evidence_url: str = "file://var/evidence"
    portal_keys: Path = Path("var/keys/portal")
    receipt_keys: Path = Path("var/keys/receipt")
    office_keys: Path = Path("var/keys/office")
    anchors: Path = Path("var/anchors")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    proxies: int = 0
    demo: bool | None = None
    backup_days: int = 30
    s3: S3 = S3()
    var: Path = Path("var")

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def secure_cookies(self) -> bool:
        return self.https


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, or from the file named by QINGSHAN_ENV_FILE beneath it.

    Raises SettingsError listing every fault; unknown QINGSHAN_* names are faults too,
    because a misspelt setting that is silently ignored is how secrets leak.
    """
    environ = dict(os.environ if environ is None else environ)
    values = _from_file(environ.get(PREFIX + "ENV_FILE", "")) | {
        name: value for name, value in environ.items() if name.startswith(PREFIX)
    }
    values.pop(PREFIX + "ENV_FILE", None)
    return _Reader(values).settings()


class _Reader:
    def __init__(self, values: dict[str, str]) -> None:
        self.values = {
            name.removeprefix(PREFIX): value.strip()
            for name, value in values.items()
            if name.startswith(PREFIX)
        }
        self.faults = [
            f"{name} is not a setting of this product; they begin with {PREFIX}"
            for name in sorted(values)
            if not name.startswith(PREFIX)
        ]
        self.seen: set[str] = set()

    def settings(self) -> Settings:
        d = Settings()
        host = self.word("HOST", d.host)
        port = self.number("PORT", d.port, 1, 65535)
        settings = Settings(
            database_url=self.url("DATABASE_URL", d.database_url, DATABASES),
            queue_url=self.url("QUEUE_URL", d.queue_url, QUEUES),
            rate_limit_url=self.url("RATE_LIMIT_URL", d.rate_limit_url, LIMITS),
            evidence_url=self.url("EVIDENCE_URL", d.evidence_url, STORES),
            portal_keys=Path(self.word("PORTAL_KEYS", str(d.portal_keys))),
            receipt_keys=Path(self.word("RECEIPT_KEYS", str(d.receipt_keys))),
            office_keys=Path(self.word("OFFICE_KEYS", str(d.office_keys))),
            anchors=Path(self.word("ANCHORS", str(d.anchors))),
            host=host,
            port=port,
            public_url=self.public_url(f"http://{host}:{port}"),
            proxies=self.number("PROXIES", d.proxies, 0, 5),
            demo=self.flag("DEMO"),
            backup_days=self.number("BACKUP_DAYS", d.backup_days, 1, 3650),
            s3=S3(
                endpoint=self.word("S3_ENDPOINT", ""),
                region=self.word("S3_REGION", ""),
                access_key=self.word("S3_ACCESS_KEY", ""),
                secret_key=self.word("S3_SECRET_KEY", ""),
            ),
            var=Path(self.word("VAR", str(d.var))),
        )
        if settings.evidence_url.startswith("s3://") and not settings.s3.endpoint:
            self.fault("S3_ENDPOINT", "is needed with an s3:// evidence store, as https://host")
        for name in sorted(set(self.values) - self.seen):
            if not name.startswith("WECHAT_"):  # the channel reads its own names
                self.fault(name, "is not a setting of this product; config/example.env lists them")
        if self.faults:
            raise SettingsError(self.faults)
        return settings

    def fault(self, name: str, words: str) -> None:
        self.faults.append(f"{PREFIX}{name} {words}")

    def word(self, name: str, default: str) -> str:
        self.seen.add(name)
        return self.values.get(name) or default

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        value = self.word(name, default)
        if not value.startswith(schemes) or value in ("sqlite:///", "file://", "s3://"):
            self.fault(
                name,
                f"must start with one of {', '.join(schemes)} and name a place (now: {value.split('@')[-1]!r})",
            )
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.word(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            self.fault(name, f"must be a whole number from {low} to {high} (now: {value!r})")
            return default
        return int(value)

    def flag(self, name: str) -> bool | None:
        value = self.word(name, "")
        if value not in ("", "0", "1"):
            self.fault(name, f"must be 0 or 1 (now: {value!r})")
        return None if value == "" else value == "1"

    def public_url(self, default: str) -> str:
        value = self.word("PUBLIC_URL", default).rstrip("/")
        parts = _ADDRESS.fullmatch(value)
        if parts is None:
            self.fault("PUBLIC_URL", f"must be https://host without a path (now: {value.split('@')[-1]!r})")
        elif parts["scheme"] == "http" and parts["host"] not in _OWN and "PUBLIC_URL" in self.values:
            self.fault("PUBLIC_URL", "must be https:// except on this machine's own loopback")
        return value


def _from_file(name: str) -> dict[str, str]:
    if not name:
        return {}
    try:
        lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{PREFIX}ENV_FILE names a file that cannot be read: {error}"]) from None
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
