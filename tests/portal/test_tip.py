"""Sending a tip: what is taken, what is asked for again, and that nothing typed is ever lost."""

from tests.portal.citizen import Citizen, faults, photo_states


def test_a_tip_is_received_with_a_code_and_a_number(citizen: Citizen) -> None:
    code, number = citizen.tip()
    assert len(code) == 20
    assert int(code) % 97 == 1
    assert number.startswith("JB-")


def test_followed(citizen: Citizen) -> None:
    code, number = citizen.tip(files=[(b"\xff\xd8\xff\xe0" + b"x" * 700_000, "a.jpg"), (b"", "z.jpg")])
    print(photo_states(citizen.text))
    citizen.follow(code)
    print(citizen.text)
    r = citizen.supplement(message="又来了三辆车", files=[(b"\xff\xd8\xff\xe0" + b"x" * 700_000, "a.jpg")])
    print(r.status_code, r.location)
    print(citizen.get("/track/tip").text)
    assert number in citizen.text
