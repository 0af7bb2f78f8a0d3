"""Lines that do not add up: shown to the office before the form leaves, never printed on it."""

from casework.cases.models import CaseOutcome
from casework.cases.terms import Restored
from casework.terms import N_, Term


class Doubt(Term):
    FINE_WITHOUT_DOCUMENT = "fine_without_document", N_("有罚款，没有处罚决定文号")
    LAND_FINE_WITHOUT_AREA = "land_fine_without_area", N_("有占地罚款，没有占地面积")
    MINING_FINE_WITHOUT_MASS = "mining_fine_without_mass", N_("有采矿罚款，没有开采数量")
    MORE_TAKEN_THAN_MINED = "more_taken_than_mined", N_("没收的比开采的多")
    RESTORED_NOT_SAID = "restored_not_said", N_("有占地，没填是否恢复原状")
    SHUT_DOWN_NOT_SAID = "shut_down_not_said", N_("有开采，没填是否取缔")
    RESTORED_WITHOUT_DATE = "restored_without_date", N_("恢复了原状，没填哪一天")
    POLICE_ONLY = "police_only", N_("公安填了，自然资源没填")


def doubts_of(decided: CaseOutcome | None, measures: CaseOutcome | None) -> tuple[Doubt, ...]:
    """What does not fit in one line: `decided` by natural resources, `measures` by the police."""
    if decided is None:
        return (Doubt.POLICE_ONLY,) if measures is not None else ()
    area, mined = decided.land_area_m2 or 0, decided.mined_mass_kg or 0
    land_fine, mining_fine = decided.land_fine_fen or 0, decided.mining_fine_fen or 0
    signs = {
        Doubt.FINE_WITHOUT_DOCUMENT: land_fine + mining_fine > 0 and decided.penalty_document is None,
        Doubt.LAND_FINE_WITHOUT_AREA: land_fine > 0 and not area,
        Doubt.MINING_FINE_WITHOUT_MASS: mining_fine > 0 and not mined,
        Doubt.MORE_TAKEN_THAN_MINED: (decided.confiscated_mass_kg or 0) > mined,
        Doubt.RESTORED_NOT_SAID: area > 0 and decided.restored is None,
        Doubt.SHUT_DOWN_NOT_SAID: mined > 0 and decided.shut_down is None,
        Doubt.RESTORED_WITHOUT_DATE: decided.restored is Restored.YES and decided.restored_on is None,
    }
    return tuple(doubt for doubt, holds in signs.items() if holds)
