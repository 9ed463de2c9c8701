"""Every RPC method of the meter, by name."""

from collections.abc import Callable
from typing import Protocol, cast

from wattledger.simulator.hardware import Profile
from wattledger.simulator.identity import Identity, JsonObject
from wattledger.simulator.rpc_methods.arguments import component_id, flag, whole_number
from wattledger.simulator.rpc_methods.data_methods import DataMethods
from wattledger.simulator.rpc_methods.errors import bad_argument, no_handler
from wattledger.simulator.rpc_methods.status import Gauges
from wattledger.simulator.rpc_methods.system_components import SystemComponents

Handler = Callable[[JsonObject], object]


class DeviceActions(Protocol):
    """What a call may ask of the whole device."""

    def info(self) -> JsonObject: ...

    def profile(self) -> Profile: ...

    def boots(self) -> bool:
        """Whether it has not come far enough to show its components."""
        ...

    def restart(self, profile: Profile | None) -> None:
        """Boot soon, after the answer has gone out, into another profile where one is given."""
        ...


_COMPONENT_NAMES = {
    "BLE": "ble",
    "BTHome": "bthome",
    "Cloud": "cloud",
    "Eth": "eth",
    "Modbus": "modbus",
    "Mqtt": "mqtt",
    "Wifi": "wifi",
    "WS": "ws",
}
_COMPONENTS_PER_PAGE = 5


class Methods:
    """Looks up a call by its name; which names exist depends on the profile and the firmware."""

    def __init__(
        self,
        identity: Identity,
        gauges: Gauges,
        data: DataMethods,
        surroundings: SystemComponents,
        device: DeviceActions,
    ) -> None:
        self._identity = identity
        self._gauges = gauges
        self._data = data
        self._surroundings = surroundings
        self._device = device
        self._handlers_by_profile: dict[Profile, dict[str, Handler]] = {}

    def call(self, method: str, params: JsonObject) -> object:
        """The result of a call; RpcError where the device answers with an error."""
        handler = self._known_handlers().get(method)
        if handler is None:
            raise no_handler(method)
        return handler(params)

    def status(self) -> dict[str, JsonObject]:
        """Shelly.GetStatus: every component under its key, sorted."""
        measured = self._meter_status()
        if self._device.boots():
            measured = {key: {} for key in measured}
        return dict(sorted((self._surroundings.status() | measured).items()))

    def config(self) -> dict[str, JsonObject]:
        return dict(sorted((self._surroundings.config() | self._meter_config()).items()))

    def _known_handlers(self) -> dict[str, Handler]:
        profile = self._device.profile()
        if profile not in self._handlers_by_profile:
            self._handlers_by_profile[profile] = self._handlers()
        return self._handlers_by_profile[profile]

    def _handlers(self) -> dict[str, Handler]:
        handlers = self._shelly_handlers() | self._component_handlers() | self._meter_handlers()
        return dict(sorted(handlers.items()))

    def _shelly_handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {
            "Shelly.GetDeviceInfo": lambda _: self._device.info(),
            "Shelly.GetStatus": lambda _: self.status(),
            "Shelly.GetConfig": lambda _: self.config(),
            "Shelly.ListMethods": lambda _: {"methods": [*self._known_handlers()]},
            "Shelly.Reboot": self._reboot,
            "Sys.GetStatus": lambda _: self._surroundings.sys_status(),
            "Sys.GetConfig": lambda _: self._surroundings.sys_config(),
            "Script.List": lambda _: {"scripts": []},
            "Schedule.List": lambda _: {"jobs": [], "rev": 0},
            "Webhook.List": lambda _: {"hooks": [], "rev": 0},
            "KVS.List": lambda _: {"keys": {}, "rev": 0},
        }
        if self._identity.version >= (1, 3, 0):
            handlers["Shelly.GetComponents"] = self._get_components
        if self._identity.can_change_profile:
            handlers["Shelly.SetProfile"] = self._set_profile
            handlers["Shelly.ListProfiles"] = self._list_profiles
        return handlers

    def _component_handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {}
        status = self._surroundings.status()
        for namespace, key in _COMPONENT_NAMES.items():
            if key in status:
                handlers |= self._handlers_of(namespace, key)
        for key in (key for key in status if key.startswith("switch:")):
            handlers |= self._handlers_of("Switch", key)
        handlers["Temperature.GetStatus"] = self._temperature_status
        handlers["Temperature.GetConfig"] = self._temperature_config
        return handlers

    def _handlers_of(self, namespace: str, key: str) -> dict[str, Handler]:
        return {
            f"{namespace}.GetStatus": lambda _: self.status()[key],
            f"{namespace}.GetConfig": lambda _: self.config()[key],
        }

    def _meter_handlers(self) -> dict[str, Handler]:
        em, data = ("EM", "EMData") if self._data.is_triphase else ("EM1", "EM1Data")
        handlers: dict[str, Handler] = {
            f"{em}.GetStatus": lambda params: self._of_channel(
                em.lower(), params, self._meter_status()
            ),
            f"{em}.GetConfig": lambda params: self._of_channel(
                em.lower(), params, self._meter_config()
            ),
            f"{data}.GetStatus": lambda params: self._of_channel(
                data.lower(), params, self._meter_status()
            ),
            f"{data}.GetRecords": self._data.get_records,
            f"{data}.GetData": self._data.get_data,
            f"{data}.DeleteAllData": self._data.delete_all_data,
        }
        if self._identity.version >= (1, 0, 0):
            handlers |= {
                f"{data}.GetConfig": self._empty_config,
                f"{data}.GetNetEnergies": self._data.get_net_energies,
                f"{data}.ResetCounters": self._data.reset_counters,
            }
        return handlers

    def _of_channel(
        self, component: str, params: JsonObject, documents: dict[str, JsonObject]
    ) -> JsonObject:
        """The document of the channel asked for; an `id` sent as a text comes back as one."""
        channel = component_id(params, self._data.channels)
        return documents[f"{component}:{channel}"] | {"id": params["id"]}

    def _empty_config(self, params: JsonObject) -> JsonObject:
        component_id(params, self._data.channels)
        return {}

    def _meter_status(self) -> dict[str, JsonObject]:
        gauges = self._gauges
        if self._data.is_triphase:
            return {"em:0": gauges.em_status(), "emdata:0": gauges.emdata_status()}
        channels = range(self._data.channels)
        return {f"em1:{channel}": gauges.em1_status(channel) for channel in channels} | {
            f"em1data:{channel}": gauges.em1data_status(channel) for channel in channels
        }

    def _meter_config(self) -> dict[str, JsonObject]:
        if self._data.is_triphase:
            return {"em:0": self._em_config(), "emdata:0": {}}
        channels = range(self._data.channels)
        return {f"em1:{channel}": self._em1_config(channel) for channel in channels} | {
            f"em1data:{channel}": {} for channel in channels
        }

    def _em_config(self) -> JsonObject:
        config: JsonObject = {
            "id": 0,
            "name": None,
            "blink_mode_selector": "active_energy",
            "phase_selector": "all",
            "monitor_phase_sequence": False,
        }
        return config | self._ct_config() | {"reverse": {}} | self._alarms_config()

    def _em1_config(self, phase: int) -> JsonObject:
        config: JsonObject = {"id": phase, "name": None, "reverse": False}
        return config | self._ct_config() | self._alarms_config()

    def _ct_config(self) -> JsonObject:
        known = self._identity.version >= (1, 2, 0)
        return {"ct_type": self._identity.hardware.ct_type} if known else {}

    def _alarms_config(self) -> JsonObject:
        if self._identity.version < (2, 0, 0):
            return {}
        return {"alarms": {name: [None, None] for name in ("voltage", "current", "power")}}

    def _temperature_status(self, params: JsonObject) -> JsonObject:
        component_id(params, 1)
        return self.status()["temperature:0"]

    def _temperature_config(self, params: JsonObject) -> JsonObject:
        component_id(params, 1)
        return self.config()["temperature:0"]

    def _get_components(self, params: JsonObject) -> JsonObject:
        """A page of components from `offset` on; none of them is a dynamic one."""
        offset = whole_number(params, "offset", 0)
        keys = [] if flag(params, "dynamic_only", default=False) else [*self.status()]
        include = cast("list[str]", params.get("include", []))
        shown = [self._component(key, include) for key in keys[offset:][:_COMPONENTS_PER_PAGE]]
        revision = self._surroundings.config_revision
        return {"components": shown, "cfg_rev": revision, "offset": offset, "total": len(keys)}

    def _component(self, key: str, include: list[str]) -> JsonObject:
        component: JsonObject = {"key": key}
        if "status" in include:
            component["status"] = self.status()[key]
        if "config" in include:
            component["config"] = self.config()[key]
        return component

    def _list_profiles(self, _: JsonObject) -> JsonObject:
        triphase = [{"type": "em", "count": 1}, {"type": "emdata", "count": 1}]
        monophase = [{"type": "em1", "count": 3}, {"type": "em1data", "count": 3}]
        profiles = {"triphase": triphase, "monophase": monophase}
        return {"profiles": {name: {"components": parts} for name, parts in profiles.items()}}

    def _set_profile(self, params: JsonObject) -> JsonObject:
        name = params.get("name")
        if name != "triphase" and name != "monophase":
            raise bad_argument("name", "triphase or monophase")
        before = self._device.profile()
        if name == before:
            return {"profile_was": before}
        self._surroundings.config_revision += 1
        self._device.restart(name)
        return {"profile_was": before}

    def _reboot(self, _: JsonObject) -> None:
        self._device.restart(None)
