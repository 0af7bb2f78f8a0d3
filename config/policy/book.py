"""The whole policy: every version of every entry, and what is in force on one day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.policy.agencies import Agency, AgencyBook, Body, Unit, read_agencies
from config.policy.basis import PolicyError, UnknownKey
from config.policy.categories import CategoryBook, Choice, DeclineReason, TipCategory, read_categories
from config.policy.deadlines import Deadline, read_deadlines
from config.policy.reading import Files
from config.policy.regions import Region, read_region
from config.policy.rewards import (
    Check,
    ClaimMethod,
    Counter,
    FundRule,
    LadderStep,
    RewardBook,
    RewardScheme,
    read_rewards,
)
from config.policy.shelf import Shelf, Versions
from config.policy.site import Site, SiteBook, read_site
from config.policy.thresholds import Penalty, Threshold, ThresholdBook, read_thresholds

FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Policy:
    """What is in force on the day `on`. Each shelf is a mapping by key that raises UnknownKey."""

    on: date
    agencies: Shelf[Agency]
    units: Shelf[Unit]
    bodies: Shelf[Body]
    categories: Shelf[TipCategory]
    disguises: Shelf[Choice]
    minerals: Shelf[Choice]
    land_classes: Shelf[Choice]
    decline_reasons: Shelf[DeclineReason]
    deadlines: Shelf[Deadline]
    schemes: Shelf[RewardScheme]
    ladder: Shelf[LadderStep]
    claim_methods: Shelf[ClaimMethod]
    counters: Shelf[Counter]
    conditions: Shelf[Check]
    exclusions: Shelf[Check]
    fund_rules: Shelf[FundRule]
    thresholds: Shelf[Threshold]
    penalties: Shelf[Penalty]
    site: Site
    region: Region

    def deadline(self, key: str) -> Deadline:
        """Raises UnknownKey, as every look-up here does."""
        return self.deadlines[key]

    def decline_reason(self, key: str) -> DeclineReason:
        return self.decline_reasons[key]

    def body(self, key: str) -> Body:
        return self.bodies[key]

    def unit(self, key: str) -> Unit:
        return self.units[key]

    def scheme_for(self, category: str) -> RewardScheme:
        """The scheme that covers a category; it may be undecided (`band` None). Raises UnknownKey."""
        for scheme in self.schemes.values():
            if category in scheme.categories:
                return scheme
        raise UnknownKey("scheme for category", category, self.on)

    def step_for(self, amount_fen: int) -> LadderStep:
        """Who approves this amount."""
        for step in self.ladder.values():
            if step.up_to_fen is None or amount_fen <= step.up_to_fen:
                return step
        raise UnknownKey("ladder step for", str(amount_fen), self.on)

    def open_claim_methods(self, *, demo: bool) -> tuple[ClaimMethod, ...]:
        """Methods the county has decided on; in the demo also those it has yet to decide."""
        methods = self.claim_methods.values()
        return tuple(m for m in methods if m.decided or (demo and m.in_demo))

    def open_counters(self, *, demo: bool) -> tuple[Counter, ...]:
        """Counters that exist; in the demo also the fictional ones."""
        return tuple(c for c in self.counters.values() if demo or not c.example)

    def units_of(self, agency: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units.values() if unit.agency == agency)

    def station_of(self, township: str) -> Unit | None:
        """The natural-resources station of a township, where one is configured."""
        stations = (u for u in self.units.values() if u.kind == "township_station")
        return next((unit for unit in stations if unit.jurisdiction == township), None)

    def body_for(self, division: str) -> Body | None:
        """Who takes what happened in another county or elsewhere in the city, by division code."""
        return next((b for b in self.bodies.values() if b.code and b.code == division), None)


@dataclass(frozen=True)
class PolicyBook:
    """Every version. Surfaces keep this and ask `.on(today())`, so that a rule which
    comes into force does so without a restart."""

    agencies: AgencyBook
    categories: CategoryBook
    deadlines: Versions[Deadline]
    rewards: RewardBook
    thresholds: ThresholdBook
    site: SiteBook
    region: Region
    _days: dict[date, Policy] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date) -> Policy:
        if day not in self._days:
            self._days[day] = self._select(day)
        return self._days[day]

    def _select(self, day: date) -> Policy:
        a, c, r, t, s = self.agencies, self.categories, self.rewards, self.thresholds, self.site
        return Policy(
            on=day,
            agencies=a.agencies.on(day),
            units=a.units.on(day),
            bodies=a.bodies.on(day),
            categories=c.categories.on(day),
            disguises=c.disguises.on(day),
            minerals=c.minerals.on(day),
            land_classes=c.land_classes.on(day),
            decline_reasons=c.decline_reasons.on(day),
            deadlines=self.deadlines.on(day),
            schemes=r.schemes.on(day),
            ladder=r.ladder.on(day),
            claim_methods=r.claim_methods.on(day),
            counters=r.counters.on(day),
            conditions=r.conditions.on(day),
            exclusions=r.exclusions.on(day),
            fund_rules=r.fund_rules.on(day),
            thresholds=t.thresholds.on(day),
            penalties=t.penalties.on(day),
            site=Site(s.hotlines.on(day), s.ways.on(day), s.footer, s.office),
            region=self.region,
        )


def load_book(folder: Path = FOLDER) -> PolicyBook:
    """All policy files of a folder. Raises PolicyError that lists every fault of every file at once."""
    files = Files(folder)
    book = PolicyBook(
        agencies=read_agencies(files),
        categories=read_categories(files),
        deadlines=read_deadlines(files),
        rewards=read_rewards(files),
        thresholds=read_thresholds(files),
        site=read_site(files),
        region=read_region(files),
    )
    files.faults.extend(_contradictions(book))
    if files.faults:
        raise PolicyError(files.faults)
    return book


def load_policy(folder: Path = FOLDER, *, on: date) -> Policy:
    """What is in force on one day; raises PolicyError like load_book. Reads all files: keep the answer."""
    return load_book(folder).on(on)


def _contradictions(book: PolicyBook) -> list[str]:
    return [
        *_strangers("unit", "agency", book.agencies.units, "agency", book.agencies.agencies.keys()),
        *_strangers(
            "category", "agency", book.categories.categories, "agency", book.agencies.agencies.keys()
        ),
        *_strangers(
            "decline_reason", "body", book.categories.decline_reasons, "hand_to", book.agencies.bodies.keys()
        ),
        *_strangers(
            "threshold",
            "land class",
            book.thresholds.thresholds,
            "land_class",
            book.categories.land_classes.keys(),
        ),
        *_strangers("unit", "division", book.agencies.units, "jurisdiction", _divisions(book.region)),
        *_scheme_faults(book),
        *_ladder_faults(book),
    ]


def _strangers(kind: str, wanted: str, entries: Versions[Any], name: str, known: set[str]) -> list[str]:
    """Entries that point at a key which does not exist."""
    pointed = ((entry.key, getattr(entry, name)) for entry in entries.entries)
    return [f"{kind} {key!r}: there is no {wanted} {to!r}" for key, to in pointed if to and to not in known]


def _divisions(region: Region) -> set[str]:
    return {region.city_code, region.county.code, *(town.code for town in region.townships)}


def _changes(versions: Versions[Any]) -> list[date]:
    """Days on which a version comes in or goes out: what holds then holds until the next."""
    spans = [entry.basis for entry in versions.entries]
    ends = {basis.valid_until + timedelta(days=1) for basis in spans if basis.valid_until}
    return sorted({basis.valid_from for basis in spans} | ends)


def _scheme_faults(book: PolicyBook) -> list[str]:
    known, schemes = book.categories.categories.keys(), book.rewards.schemes
    strange = [(s.key, c) for s in schemes.entries for c in s.categories if c not in known]
    faults = [f"scheme {key!r}: there is no category {category!r}" for key, category in strange]
    for day in _changes(schemes):
        covered = [c for scheme in schemes.on(day).values() for c in scheme.categories]
        twice = sorted({c for c in covered if covered.count(c) > 1})
        faults += [f"category {category!r} is in two schemes on {day}" for category in twice]
        missed = sorted(known - set(covered))
        faults += [f"category {category!r} is in no scheme on {day}" for category in missed]
    return faults


def _ladder_faults(book: PolicyBook) -> list[str]:
    faults = []
    for day in _changes(book.rewards.ladder):
        steps = [step.up_to_fen for step in book.rewards.ladder.on(day).values()]
        ends = [end for end in steps if end is not None]
        if steps[-1:] != [None] or len(ends) != len(steps) - 1 or ends != sorted(set(ends)):
            faults.append(f"ladder on {day}: steps must rise, and only the last has no up_to_yuan")
    return faults
