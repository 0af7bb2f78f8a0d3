"""The sentences of the product, and its table of terms: `python -m tests.house.catalogue` (part of `make words`)."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import casework
from casework.terms import Term
from tests.house import tree

FOLDER = tree.ROOT / "config" / "translations" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
TERMS = tree.ROOT / "docs" / "terms.md"
FOLDERS = ("casework", "portal", "admin", "templates", "config")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
_TABLES_BEGIN = "## Enums"


def gathered() -> Catalog:
    """Every sentence that stands in the source, with no translation."""
    with (tree.ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(locale="en", project="Qingshan", fuzzy=False, charset="utf-8")
    found = extract_from_dir(tree.ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for _file, _line, message, _comments, context in found:
        catalogue.add(message, context=context)
    return catalogue


def written() -> Catalog:
    """The English catalogue as it lies in the tree."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def terms() -> list[type[Term]]:
    """Every enum of the domain that has members."""
    for module in walk_packages(casework.__path__, "casework."):
        import_module(module.name)
    waiting, found = list(Term.__subclasses__()), []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.append(kind)
    ours = [kind for kind in found if len(kind) and kind.__module__.startswith("casework.")]
    return sorted(ours, key=lambda kind: kind.__name__)


def written_terms(text: str) -> dict[str, list[tuple[str, str]]]:
    """(value, label) rows under each `### Name`."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows: list[tuple[str, str]] | None = None
    for line in text.splitlines():
        if line.startswith("#"):
            title = re.fullmatch(r"### `?(\w+)`?", line)
            rows = found.setdefault(title[1], []) if title else None
        elif rows is not None and (row := re.fullmatch(r"\| `(\w+)` \| (\S.*?) \|", line)):
            rows.append((row[1], row[2]))
    return found


def main() -> None:
    catalogue = written() if PO.exists() else Catalog(locale="en", project="Qingshan", fuzzy=False)
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, no_location=True, sort_output=True, omit_header=False)
    MO.write_bytes(compiled(written()))
    text = TERMS.read_text(encoding="utf-8")
    TERMS.write_text(text[: text.index(_TABLES_BEGIN)] + "\n".join(_tables()), encoding="utf-8")
    if untranslated := [message.id for message in written() if message.id and not message.string]:
        print(
            f"{len(untranslated)} sentences want an English translation in {tree.name(PO)}", file=sys.stderr
        )


def _tables() -> Iterator[str]:
    yield f"{_TABLES_BEGIN}\n\nMade from `casework` by `make words`; a test keeps the two equal.\n"
    for kind in terms():
        yield f"### {kind.__name__}\n\n| value | 中文 |\n|---|---|"
        yield from (f"| `{member}` | {member.label} |" for member in kind)
        yield ""


def _is_ours(folder: str) -> bool:
    parts = folder.removeprefix(str(tree.ROOT)).strip("/").split("/")
    return parts[0] in FOLDERS and "vendor" not in parts and "__pycache__" not in parts


if __name__ == "__main__":
    main()
