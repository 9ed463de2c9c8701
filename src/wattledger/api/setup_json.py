"""How far setup has come, as a document."""

from wattledger.energy.meter_model import model_name
from wattledger.flow.setup_ports import FoundMeter, SetupState


def setup_document(state: SetupState, *, takes_secrets: bool) -> dict[str, object]:
    """The `SetupNow` document."""
    home = state.home
    return {
        "step": state.step.value,
        "is_looking": state.is_looking,
        "takes_secrets": takes_secrets,
        "meters": [meter_document(meter) for meter in state.meters],
        "home": {
            "name": home.name,
            "time_zone": home.time_zone,
            "main_fuse_a": home.main_fuse_a,
            "netting": home.netting.value,
            "has_mongodb": home.has_mongodb,
        },
    }


def meter_document(meter: FoundMeter) -> dict[str, object]:
    """The `FoundMeterNow` document."""
    power_w = meter.reading.active_power_w if meter.reading else None
    return {
        "mac": meter.identity.meter,
        "host": meter.host,
        "model": model_name(meter.identity.model),
        "own_name": meter.identity.name,
        "name": meter.name,
        "role": meter.role.value if meter.role else None,
        "production": meter.production.value,
        "is_proposed": meter.is_proposed,
        "is_locked": meter.is_locked,
        "power_w": None if power_w is None else round(power_w, 1),
        "trouble": meter.trouble,
    }
