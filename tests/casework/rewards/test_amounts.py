"""Yuan as they are typed."""

import pytest

from casework.rewards.amounts import read_yuan


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("20000", 2_000_000),
        ("20,000", 2_000_000),
        ("２０，０００ 元", 2_000_000),
        ("0.5", 50),
        ("0.05", 5),
        ("5000.00", 500_000),
        ("1 000", 100_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, fen):
    assert read_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "元", "-5", "1e5", "5.001", "五千", "12345678901", "0x10", "١٢"])
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(ValueError, match="not an amount"):
        read_yuan(typed)
