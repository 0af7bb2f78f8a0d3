"""From a form that passed to what one person said: the position in WGS-84 beside its own, unknown names sealed."""

from casework import geo, policy
from casework.terms import (
    Category,
    Datum,
    Disguise,
    IdentityKind,
    Ongoing,
    PointSource,
    SubjectKind,
)
from casework.tips.submission import Point, Submission
from config.policy import Region
from portal.forms.tip import TipForm


def submission(form: TipForm) -> Submission:
    """What `form` says. What does not apply (a name without 留名, a PIN without a reward) is left behind."""
    named = form.identity.data == IdentityKind.NAMED.value
    wants_reward = bool(form.wants_reward.data)
    village, place = _village_and_place(form, policy.current().region)
    return Submission(
        category=Category(form.category.data),
        narrative=form.narrative.data,
        township=form.township.data or None,
        village=village,
        place=place,
        point=_point(form, policy.current().region),
        subject_kind=SubjectKind(form.subject_kind.data),
        subject_name=form.subject_name.data,
        mineral=form.mineral.data or None,
        land_class=form.land_class.data or None,
        disguise=Disguise(form.disguise.data) if form.disguise.data else None,
        ongoing=Ongoing(form.ongoing.data or Ongoing.UNKNOWN.value),
        happened_on=form.happened_on.data,
        identity=IdentityKind.NAMED if named else IdentityKind.ANONYMOUS,
        informant_name=form.informant_name.data if named else "",
        informant_phone=form.informant_phone.data if named else "",
        wants_reward=wants_reward,
        claim_pin=(form.claim_pin.data or None) if wants_reward else None,
        involves_official=bool(form.involves_official.data),
    )


def _village_and_place(form: TipForm, region: Region) -> tuple[str | None, str]:
    """The village in plain where it is one of the county's; any other word that was typed there is sealed.

    Plain is what queues and maps need (confidentiality.md, Things), and that is a known name.
    """
    typed, place = form.village.data, form.place.data
    known = {v.short: v.short for town in region.townships for v in town.villages}
    known |= {v.name: v.short for town in region.townships for v in town.villages}
    if not typed or typed in known:
        return known.get(typed), place
    return None, f"{typed}\n{place}".strip()


def _point(form: TipForm, region: Region) -> Point | None:
    longitude, latitude = form.longitude.data, form.latitude.data
    if longitude is None or latitude is None:
        return None
    datum = Datum(form.datum.data)
    true_longitude, true_latitude = geo.to_wgs84(longitude, latitude, datum)
    return Point(
        longitude=longitude,
        latitude=latitude,
        datum=datum,
        source=PointSource(form.point_source.data),
        wgs84_longitude=true_longitude,
        wgs84_latitude=true_latitude,
        in_county=geo.in_county(region, true_longitude, true_latitude),
    )
