"""The sources that a home asks, in its order."""

from collections.abc import Mapping, Sequence

from wattledger.energy.price_source import SourceName
from wattledger.flow.price_ports import PriceSource
from wattledger.price_sources import elering, entsoe, porssisahko, sahkotin, spot_hinta
from wattledger.price_sources.http_client import HttpClient


def made_sources(
    order: Sequence[SourceName],
    area: str,
    base_urls: Mapping[str, str],
    token: str,
    http: HttpClient,
) -> list[PriceSource]:
    """`base_urls` take the place of the sources' own."""

    def base(name: SourceName, own: str) -> str:
        return base_urls.get(name, own).rstrip("/")

    def made(name: SourceName) -> PriceSource:
        match name:
            case SourceName.PORSSISAHKO:
                return porssisahko.Porssisahko(http, base(name, porssisahko.BASE_URL))
            case SourceName.SPOT_HINTA:
                return spot_hinta.SpotHinta(http, area, base(name, spot_hinta.BASE_URL))
            case SourceName.ELERING:
                return elering.Elering(http, area, base(name, elering.BASE_URL))
            case SourceName.SAHKOTIN:
                return sahkotin.Sahkotin(http, base(name, sahkotin.BASE_URL))
            case SourceName.ENTSOE:
                return entsoe.Entsoe(http, area, token, base(name, entsoe.BASE_URL))

    return [made(name) for name in order]
