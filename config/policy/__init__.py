"""Policy as data: config/*.toml with the source of each figure, checked whole at the start."""

from config.policy.agencies import Agency, Body, Unit
from config.policy.basis import Basis, Mark, PolicyError, Source, UnknownKey
from config.policy.book import FOLDER, Policy, PolicyBook, load_book, load_policy
from config.policy.categories import Choice, DeclineReason, TipCategory
from config.policy.deadlines import Deadline
from config.policy.regions import County, Neighbour, PlaceAlias, Region, Township, Village
from config.policy.rewards import (
    Check,
    ClaimMethod,
    Counter,
    FundRule,
    LadderStep,
    RewardBand,
    RewardScheme,
)
from config.policy.shelf import Shelf
from config.policy.site import Footer, Hotline, OfficeHours, ReportingWay, Site
from config.policy.thresholds import MU_IN_M2, Penalty, Reach, Threshold

__all__ = [
    "FOLDER",
    "MU_IN_M2",
    "Agency",
    "Basis",
    "Body",
    "Check",
    "Choice",
    "ClaimMethod",
    "Counter",
    "County",
    "Deadline",
    "DeclineReason",
    "Footer",
    "FundRule",
    "Hotline",
    "LadderStep",
    "Mark",
    "Neighbour",
    "OfficeHours",
    "Penalty",
    "PlaceAlias",
    "Policy",
    "PolicyBook",
    "PolicyError",
    "Reach",
    "Region",
    "ReportingWay",
    "RewardBand",
    "RewardScheme",
    "Shelf",
    "Site",
    "Source",
    "Threshold",
    "TipCategory",
    "Township",
    "Unit",
    "UnknownKey",
    "Village",
    "load_book",
    "load_policy",
]
