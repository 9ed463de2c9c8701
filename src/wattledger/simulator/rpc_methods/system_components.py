"""The components beside the metering itself: system, network, cloud."""

import math
from datetime import UTC, datetime

from wattledger.simulator.identity import Identity, JsonObject
from wattledger.simulator.memory.core import Core

_FIRST_CONFIG_REVISION = 31


class SystemComponents:
    """Status and configuration of every component but EM and EMData, by component key."""

    def __init__(self, core: Core, identity: Identity) -> None:
        self._core = core
        self._identity = identity
        self.address = "127.0.0.1"
        self.config_revision = _FIRST_CONFIG_REVISION
        self.reset_reason = 3

    def status(self) -> dict[str, JsonObject]:
        components: dict[str, JsonObject] = {
            "ble": {},
            "cloud": {"connected": False},
            "modbus": {},
            "mqtt": {"connected": False},
            "sys": self.sys_status(),
            "temperature:0": {"id": 0, "tC": 49.6, "tF": 121.3},
            "wifi": self._wifi_status(),
            "ws": {"connected": False},
        }
        if self._has_eth:
            components["eth"] = {"ip": None, "ip6": None} if self._knows_ip6 else {"ip": None}
        if self._has_bthome:
            components["bthome"] = {"errors": ["bluetooth_disabled"]}
        return components | self._relays(_RELAY_STATUS)

    def sys_status(self) -> JsonObject:
        synced = self._core.synced
        device_s = self._core.device_s()
        status: JsonObject = {
            "mac": self._identity.mac,
            "restart_required": False,
            "time": datetime.fromtimestamp(device_s, UTC).strftime("%H:%M") if synced else None,
            "unixtime": math.floor(device_s) if synced else None,
            "last_sync_ts": math.floor(device_s / 3600) * 3600 if synced else None,
            "uptime": math.floor(self._core.uptime_s()),
            "ram_size": 244344,
            "ram_free": 115368,
            "ram_min_free": 78952,
            "fs_size": 524288,
            "fs_free": 188416,
            "cfg_rev": self.config_revision,
            "kvs_rev": 0,
            "schedule_rev": 0,
            "webhook_rev": 0,
            "btrelay_rev": 0,
            "available_updates": {},
            "reset_reason": self.reset_reason,
            "utc_offset": 0,
        }
        for name in _SYS_FIELDS_OF_LATER_FIRMWARE if self._identity.version < (1, 4, 0) else ():
            del status[name]
        return status

    def config(self) -> dict[str, JsonObject]:
        components: dict[str, JsonObject] = {
            "ble": {"enable": False, "rpc": {"enable": False}},
            "cloud": {"enable": False, "server": "iot.shelly.cloud:6012/jrpc"},
            "modbus": {"enable": True},
            "mqtt": self._mqtt_config(),
            "sys": self.sys_config(),
            "temperature:0": {"id": 0, "name": None, "report_thr_C": 5.0, "offset_C": 0.0},
            "wifi": _wifi_config(),
            "ws": {"enable": False, "server": None, "ssl_ca": "ca.pem"},
        }
        if self._has_eth:
            components["eth"] = {"enable": False, "server_mode": False, **_ADDRESS_BY_DHCP}
        if self._has_bthome:
            components["bthome"] = {}
        return components | self._relays(_RELAY_CONFIG)

    def sys_config(self) -> JsonObject:
        device: JsonObject = {
            "name": self._identity.name,
            "mac": self._identity.mac,
            "fw_id": self._identity.fw_id,
            "discoverable": True,
            "eco_mode": False,
        }
        if self._identity.tells_profile:
            device |= {"profile": self._core.profile, "addon_type": None}
        if self._identity.version >= (1, 6, 0):
            device["sys_btn_toggle"] = True
        return {
            "device": device,
            "location": None,
            "debug": {
                "level": 2,
                "file_level": None,
                "mqtt": {"enable": False},
                "websocket": {"enable": False},
                "udp": {"addr": None},
            },
            "ui_data": {},
            "rpc_udp": {"dst_addr": None, "listen_port": None},
            "sntp": {"server": "time.cloudflare.com"},
            "cfg_rev": self.config_revision,
        }

    def _relays(self, document: JsonObject) -> dict[str, JsonObject]:
        count = self._identity.hardware.relays
        return {f"switch:{number}": {"id": number, **document} for number in range(count)}

    @property
    def _has_eth(self) -> bool:
        return self._identity.hardware.has_eth

    @property
    def _has_bthome(self) -> bool:
        return self._identity.version >= (1, 4, 0)

    @property
    def _knows_ip6(self) -> bool:
        return self._identity.version >= (1, 6, 0)

    def _wifi_status(self) -> JsonObject:
        status: JsonObject = {"sta_ip": self.address, "status": "got ip", "ssid": "home"}
        if self._identity.version >= (1, 7, 0):
            status["bssid"] = "20:23:51:59:e7:ac"
        status["rssi"] = -57
        return status | ({"sta_ip6": []} if self._knows_ip6 else {})

    def _mqtt_config(self) -> JsonObject:
        return {
            "enable": False,
            "server": None,
            "client_id": self._identity.id,
            "user": None,
            "ssl_ca": None,
            "topic_prefix": self._identity.id,
            "rpc_ntf": True,
            "status_ntf": False,
            "use_client_cert": False,
            "enable_rpc": True,
            "enable_control": True,
        }


_SYS_FIELDS_OF_LATER_FIRMWARE = ("last_sync_ts", "ram_min_free", "btrelay_rev", "utc_offset")
_RELAY_STATUS: JsonObject = {
    "source": "init",
    "output": False,
    "temperature": {"tC": 41.2, "tF": 106.2},
}
_RELAY_CONFIG: JsonObject = {"name": None, "in_mode": "detached", "initial_state": "off"}
_ADDRESS_BY_DHCP: JsonObject = {
    "ipv4mode": "dhcp",
    "ip": None,
    "netmask": None,
    "gw": None,
    "nameserver": None,
}


def _wifi_config() -> JsonObject:
    off: JsonObject = {"ssid": None, "is_open": True, "enable": False, **_ADDRESS_BY_DHCP}
    return {
        "ap": {"ssid": "", "is_open": True, "enable": False, "range_extender": {"enable": False}},
        "sta": {"ssid": "home", "is_open": False, "enable": True, **_ADDRESS_BY_DHCP},
        "sta1": off,
        "roam": {"rssi_thr": -80, "interval": 60},
    }
