"""What is made of a tariff is made anew where its text or its name is another one."""

from wattledger.energy.tariff_text import TariffText


def test_another_text_or_another_name_has_another_signature() -> None:
    texts = [TariffText(name, text) for name in ("a", "ab", "") for text in ("b", "", "ab")]
    assert len({one.signature for one in texts}) == 9


def test_a_signature_stays_what_costs_were_kept_by() -> None:
    """Another way to make it would have years of costs computed anew."""
    assert TariffText("home", "[[import]]").signature == "09c6cb4ba1ccdae149572080f421d0d7"
