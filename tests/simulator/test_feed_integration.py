import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.simulator.feeds.synthetic import ConstantFeed, SineFeed
from wattledger.simulator.memory.feed_integration import NOTHING, Span, phases_over

START_MS = 1_750_000_020_000
instants = st.integers(START_MS, START_MS + 20 * 60_000)


@settings(deadline=None)
@given(st.lists(instants, min_size=2, max_size=8))
def test_parts_that_touch_add_up_to_the_whole(cuts: list[int]) -> None:
    feed = SineFeed()
    cuts.sort()
    whole = phases_over(feed, Span(cuts[0], cuts[-1]))
    parts = [phases_over(feed, Span(*pair)) for pair in itertools.pairwise(cuts)]
    for phase in range(3):
        imported = sum(part[phase].imported_dmwh for part in parts)
        exported = sum(part[phase].exported_dmwh for part in parts)
        assert (imported, exported) == whole[phase][:2]


@settings(deadline=None)
@given(st.integers(0, 59_999))
def test_a_part_of_a_minute_has_its_share(begin_ms: int) -> None:
    feed = ConstantFeed((3600.0, 0.0, -3600.0))
    a, b, c = phases_over(feed, Span(START_MS + begin_ms, START_MS + 60_000))
    expected_dmwh = 600_000 * (60_000 - begin_ms) / 60_000
    assert abs(a.imported_dmwh - expected_dmwh) <= 1
    assert (b.imported_dmwh, b.exported_dmwh) == (0, 0)
    assert abs(c.exported_dmwh - expected_dmwh) <= 1


def test_whole_minutes_are_the_feeds_own() -> None:
    feed = SineFeed()
    over = phases_over(feed, Span(START_MS, START_MS + 120_000))
    first, second = feed.minute(START_MS // 1000), feed.minute(START_MS // 1000 + 60)
    assert over[1].imported_dmwh == first[1].imported_dmwh + second[1].imported_dmwh
    assert over[1].max_power_w == max(first[1].max_power_w, second[1].max_power_w)
    assert over[1].min_power_w == min(first[1].min_power_w, second[1].min_power_w)


def test_no_time_no_energy() -> None:
    assert phases_over(SineFeed(), Span(START_MS, START_MS)) == NOTHING


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_a_constant_feed_loses_no_fraction(minutes: int) -> None:
    feed = ConstantFeed((1.0, 7.7, 0.013))
    counted = sum(feed.minute(60 * index)[1].imported_dmwh for index in range(minutes % 200))
    assert counted == int(7.7 * 60 * (minutes % 200) * (10_000 / 3600))
