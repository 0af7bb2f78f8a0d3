"""What a first visit to the form costs on one bar of signal, counted without a clock (performance.md, Targets)."""

from typing import Any

from flask import Flask

from tests.benchmarks.start import MOST_KIB, MOST_REQUESTS, visit_with


def test_a_first_visit_to_the_form_is_four_requests_and_forty_kib(portal: Flask) -> None:
    client = portal.test_client()

    def fetch(address: str, **headers: Any) -> bytes:
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, address
        return answer.data

    visit = visit_with(fetch)
    assert any(address.endswith(".js") for address in visit.sizes), visit.sizes
    assert any(address.endswith(".css") for address in visit.sizes), visit.sizes
    assert visit.requests <= MOST_REQUESTS, visit.sizes
    assert visit.kib <= MOST_KIB, visit.sizes
