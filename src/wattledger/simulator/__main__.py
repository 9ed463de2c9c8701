"""`python -m wattledger.simulator`: pretend meters to run by hand."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Literal

import click

from wattledger.simulator.clock import SimClock
from wattledger.simulator.feed import Feed
from wattledger.simulator.feeds.synthetic import ConstantFeed, SineFeed
from wattledger.simulator.hardware import HARDWARE, Profile
from wattledger.simulator.meter import PretendMeter

FeedKind = Literal["constant", "sine"]

_FIRST_MAC = 0xA0DD6C000001
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Options:
    ports: tuple[int, ...]
    host: str
    rate: float
    feed: FeedKind
    model: str
    profile: Profile | None
    firmware: str
    password: str | None
    history_days: float
    control: bool
    mdns: bool


@click.command()
@click.option(
    "--port", "ports", type=int, multiple=True, default=(8081, 8082), help="One meter on each."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--rate", default=1.0, show_default=True, help="How much faster time runs.")
@click.option("--feed", type=click.Choice(["constant", "sine"]), default="sine", show_default=True)
@click.option("--model", type=click.Choice([*HARDWARE]), default="SPEM-003CEBEU", show_default=True)
@click.option("--profile", type=click.Choice(["triphase", "monophase"]))
@click.option("--firmware", default="1.7.5", show_default=True)
@click.option("--password", default=None, help="Ask for this password of the user admin.")
@click.option("--history-days", default=1.0, show_default=True, help="Records at the start.")
@click.option("--control", is_flag=True, help="Open a port for POST /pretend/<fault>.")
@click.option("--mdns", is_flag=True, help="Announce the meters in the local network.")
def main(**options: object) -> None:
    """Run pretend Shelly meters until interrupted."""
    try:
        asyncio.run(_run(Options(**options)))  # type: ignore[arg-type]  # click has checked them
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


async def _run(options: Options) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clock = SimClock(rate=options.rate)
    async with AsyncExitStack() as stack:
        for index, port in enumerate(options.ports):
            meter = _meter(options, clock, index)
            await meter.start(options.host, port)
            await stack.enter_async_context(meter)
            if options.mdns:
                await _announce(stack, meter, options.host)
            click.echo(f"{meter.identity.id} listens on http://{meter.address}")
            if options.control:
                click.echo(f"  POST http://{options.host}:{meter.control_port}/pretend/<fault>")
        await stopped.wait()


def _meter(options: Options, clock: SimClock, index: int) -> PretendMeter:
    return PretendMeter(
        feed=_feed(options.feed, index),
        clock=clock,
        mac=f"{_FIRST_MAC + index:012X}",
        model=options.model,
        profile=options.profile,
        firmware=options.firmware,
        password=options.password,
        history_from=clock.now() - options.history_days * _DAY_S,
        control_port=0 if options.control else None,
    )


def _feed(kind: FeedKind, index: int) -> Feed:
    """The second meter, as a solar plant, sends most of its energy back."""
    if kind == "constant":
        return ConstantFeed((100.0, 200.0, -50.0) if index == 0 else (-400.0, -400.0, -400.0))
    return SineFeed(mean_w=200.0) if index == 0 else SineFeed(mean_w=-500.0, period_s=1500.0)


async def _announce(stack: AsyncExitStack, meter: PretendMeter, host: str) -> None:
    from wattledger.simulator.mdns import Announcement

    await stack.enter_async_context(Announcement(meter.identity, host, meter.port))


if __name__ == "__main__":
    main()
