"""Holds the program's reading of gateway captures against an independent reader.

Each capture is served over loopback to pyenphase, which reads it as it would read a gateway; the program imports the
same folder. Every quantity that both extract must be equal. Prints a table of quantities; exit code 1 where a
difference is not explained.

Arguments: the program, a folder for stores, the folders of captures.

With --mock before them no store is made: the program's mock gateway plays each capture, pyenphase reads it over the
network, with the token or Digest login that the mock hands out, and must see what it sees in the saved files; a second
update, with the played clock running, must see registers that went on.
"""
import asyncio
import collections
import dataclasses
import datetime
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile

import jwt
from aiohttp import web
from pyenphase import Envoy

IS_MOCK = sys.argv[1] == "--mock"
PROGRAM, STORES, *CAPTURES = sys.argv[2:] if IS_MOCK else sys.argv[1:]

# Quantities that pyenphase extracts and the program leaves out on purpose, by the last words of their names.
NOT_TAKEN = {
    "day and week counters, which are unusable": ("watt_hours_today", "watt_hours_last_7_days", "energy_today"),
    "phases, used as an integrity check only": ("phases",),
    "dates and numbers of installation, no state": (
        "installed_date", "firmware_loaded_date", "admin_state", "encharge_revision", "dmir_version", "load_date",
        "zigbee_dongle_fw_version", "temperature_unit", "operating", "submodule"),
    "dry contacts and schedules": ("dry_contact_status", "dry_contact_settings", "generator_schedule",
                                   "generator_config", "generator_mode", "tariff_rates"),
    "sleep settings of AC Batteries": ("sleep_enabled", "sleep_min_soc", "sleep_max_soc", "sleep_state"),
    "kept under another heading already": ("ctmeter_production", "ctmeter_consumption", "ctmeter_storage", "raw"),
    "sums of others": ("battery_aggregate",),
}


# --- serving a capture -------------------------------------------------------------------------------------------

class Capture:
    """A folder of saved bodies, answered by their names."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @property
    def version(self):
        text = (self.folder / "info").read_text(errors="replace")
        digits = text.split("<software>")[1].split("<")[0].lstrip("DRMdrm")
        return int(digits.split(".")[0])

    async def answer(self, request):
        path = request.path_qs.lstrip("/")
        if path == "auth/check_jwt":
            return web.Response(text="<!DOCTYPE html><h2>Valid token.</h2>\n", content_type="text/html")
        name = path.replace("/", "_").replace("?", "_").replace("=", "_")
        file = self.folder / name
        log = self.folder / f"{name}_log.json"
        status = json.loads(log.read_text()).get("code", 200) if log.exists() else 200
        if not file.is_file():
            return web.Response(status=404, text='{ "error" : "404 - Not Found" }')
        return web.Response(status=status, body=file.read_bytes(), content_type="application/json")


def certificate(folder):
    """Makes a self-signed certificate for the loopback address."""
    key, cert = f"{folder}/key.pem", f"{folder}/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
                    "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def flat(prefix, value, result):
    """Flattens nested values into names joined by dots."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            flat(f"{prefix}.{field.name}", getattr(value, field.name), result)
    elif isinstance(value, dict):
        for key, item in value.items():
            flat(f"{prefix}.{key}", item, result)
    elif value is not None:
        result[prefix] = value


async def oracle(folder, context):
    """Returns what pyenphase extracts from a capture, or the name of its error."""
    capture = Capture(folder)
    application = web.Application()
    application.router.add_get("/{path:.*}", capture.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context if capture.version >= 7 else None)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    token = jwt.encode({"aud": "0", "iss": "Entrez", "exp": datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)},
                       "a key that is used once and thrown away", algorithm="HS256")
    envoy = Envoy(f"127.0.0.1:{port}")
    try:
        await envoy.setup()
        await envoy.authenticate(username="installer", password="", token=token if capture.version >= 7 else None)
        data = await envoy.update()
        result = {}
        for field in dataclasses.fields(data):
            if field.name != "raw":
                flat(field.name, getattr(data, field.name), result)
        return result
    except Exception as error:  # an older firmware, or a body that pyenphase refuses: told in the table
        return type(error).__name__
    finally:
        await envoy.close()
        await runner.cleanup()


# --- the program's reading -----------------------------------------------------------------------------------------

def part(origin):
    """The part of the source, without the gateway's serial number that rows of the site and of meters bear."""
    first, _, rest = origin.partition("/")
    return rest if first.isdigit() else origin


class Ours:
    """What the program keeps of a capture."""

    def __init__(self, folder):
        store = f"{STORES}/{pathlib.Path(folder).name}"
        def run(*arguments):
            return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
        run("init", "--store", store, "--site", "home", "--time-zone", "UTC", "--latitude", "0", "--longitude", "0", "--accept-place")
        imported = run("import", "--store", store, folder)
        self.error = imported.stderr.strip() if imported.returncode else None
        answer = run("devices", "--store", store, "--json")
        site = json.loads(answer.stdout)[0] if answer.returncode == 0 else {"readings": [], "states": []}
        self.readings = {(r["kind"], r["serial"], part(r["origin"])): r for r in site["readings"]}
        self.states = {(s["kind"], s["serial"], part(s["origin"])): s for s in site["states"]}

    def reading(self, kind, serial, origin, quantity):
        found = self.readings.get((kind, serial, origin))
        if found is None:
            return None
        if quantity == "start":
            return seconds(found["start"])
        if quantity == "seconds":
            return found["seconds"]
        return found["values"].get(quantity)

    def state(self, kind, serial, origin, name):
        found = self.states.get((kind, serial, origin))
        if found is None:
            return None
        if name == "last_report":
            return seconds(found["last_report"]) if found["last_report"] else None
        return found["properties"].get(name)


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def truth(value):
    return {"true": True, "false": False}.get(value, value)


# --- the comparison ------------------------------------------------------------------------------------------------

# The page under its names is as many polls; pyenphase takes one of them, the program keeps all.
PAGES = ("production", "production.json", "production.json?details=1")
INVERTERS, DATA, LIFE = "api/v1/production/inverters", "ivp/pdm/device_data", "ivp/pdm/device_data/lifetime"
BATTERY = "ivp/ensemble/inventory"


def inverter(ours, theirs, serial, field):
    detailed = f"inverters.{serial}.lifetime_energy" in theirs
    simple = {"last_report_watts": "power_w", "max_report_watts": "power_max_w", "last_report_date": "start"}
    if field == "serial_number":
        return str(serial) if (("inverter", serial, LIFE if detailed else INVERTERS) in ours.readings) else None
    if field in simple:
        return ours.reading("inverter", serial, LIFE if detailed else INVERTERS, simple[field])
    if field == "lifetime_energy":
        value = ours.reading("inverter", serial, LIFE, "lifetime_wh")
        return None if value is None else round(value)
    if field == "energy_produced":
        energy, length = (ours.reading("inverter", serial, DATA, q) for q in ("energy_wh", "seconds"))
        return None if energy is None else round(energy * 3600 / length / 3.6, 3)
    names = {"dc_voltage": "dc_voltage_v", "dc_current": "dc_current_a", "ac_voltage": "voltage_v",
             "ac_current": "current_a", "ac_frequency": "frequency_hz", "temperature": "temperature_c", "last_report_duration": "seconds"}
    return ours.reading("inverter", serial, DATA, names[field]) if field in names else None


def meter(ours, theirs, kind, field):
    eid = str(theirs[f"ctmeters.{kind}.eid"])
    texts = {"state": "state", "measurement_type": "measurement", "metering_status": "metering_status"}
    if field == "eid":
        return int(eid) if ("meter", eid, "ivp/meters") in ours.states else None
    if field in texts:
        return ours.state("meter", eid, "ivp/meters", texts[field])
    if field == "status_flags":
        return (ours.state("meter", eid, "ivp/meters", "flags") or "").split()
    if field == "timestamp":
        return ours.reading("meter", eid, "ivp/meters/readings", "start")
    names = {"energy_delivered": "lifetime_wh", "energy_received": "lifetime_received_wh", "active_power": "power_w",
             "power_factor": "power_factor", "voltage": "voltage_v", "current": "current_a", "frequency": "frequency_hz"}
    value = ours.reading("meter", eid, "ivp/meters/readings", names[field])
    whole = field in ("energy_delivered", "energy_received", "active_power")
    return round(value) if whole and value is not None else value


def either(found, value):
    """Returns the polled value that equals another, else the first of them."""
    rounded = [round(f) for f in found if f is not None]
    return value if value in rounded else (rounded[0] if rounded else None)


def production(ours, value, field):
    name = {"watts_now": "power_w", "watt_hours_lifetime": "lifetime_wh"}[field]
    places = [("meter", "production", f"{page}/eim/production") for page in PAGES]
    places += [("site", "", "api/v1/production")] + [("site", "", f"{page}/inverters") for page in PAGES]
    # Which of its sources pyenphase takes depends on the firmware; each of ours is a series of its own.
    return either([ours.reading(*place, name) for place in places], value)


def consumption(ours, value, kind, field):
    name = {"watts_now": "power_w", "watt_hours_lifetime": "lifetime_wh"}[field]
    return either([ours.reading("meter", kind, f"{page}/eim/{kind}", name) for page in PAGES], value)


def battery(ours, serial, field):
    numbers = {"percent_full": "soc_pct", "temperature": "temperature_c", "max_cell_temp": "cell_temperature_max_c",
               "encharge_capacity": "capacity_wh"}
    texts = {"firmware_version": "firmware", "admin_state_str": "state", "part_number": "model"}
    if field == "serial_number":
        return serial if ("battery", serial, BATTERY) in ours.states else None
    if field in numbers:
        return ours.reading("battery", serial, BATTERY, numbers[field])
    if field in texts:
        return ours.state("battery", serial, BATTERY, texts[field])
    if field == "communicating":
        return truth(ours.state("battery", serial, BATTERY, "communicating"))
    if field == "led_status":
        return int(ours.state("battery", serial, BATTERY, "led_status"))
    if field == "last_report_date":
        return ours.state("battery", serial, BATTERY, "last_report")
    if field in ("comm_level_sub_ghz", "comm_level_2_4_ghz"):
        levels = (ours.state("battery", serial, BATTERY, "signal") or "").split()
        return int(levels[0 if field == "comm_level_sub_ghz" else 1]) if len(levels) == 2 else None
    note = ours.state("battery", serial, BATTERY, "note") or ""
    if field == "bmu_firmware_version":
        return note.split("bmu ")[1] if "bmu " in note else None
    if field == "dc_switch_off":
        return "dc switch off" in note
    return None


def aggregate(ours, field):
    numbers = {"available_energy": "available_wh", "state_of_charge": "soc_pct"}
    if field in numbers:
        return ours.reading("battery", "", "ivp/ensemble/secctrl", numbers[field])
    note = dict(part.rsplit(" ", 1) for part in (ours.state("site", "", "ivp/ensemble/secctrl", "note") or "").split(", ") if part)
    words = {"backup_reserve": "backup energy Wh", "reserve_state_of_charge": "adjusted reserve",
             "configured_reserve_state_of_charge": "reserve", "max_available_capacity": "available capacity Wh"}
    return int(note[words[field]]) if words.get(field) in note else None


def controller(ours, serial, field):
    texts = {"firmware_version": "firmware", "admin_state_str": "state", "part_number": "model",
             "mains_admin_state": "relay_commanded", "mains_oper_state": "relay_actual", "mid_state": "relay_actual"}
    if field == "serial_number":
        return serial if ("system_controller", serial, BATTERY) in ours.states else None
    if field in texts:
        return ours.state("system_controller", serial, BATTERY, texts[field])
    if field == "communicating":
        return truth(ours.state("system_controller", serial, BATTERY, "communicating"))
    if field == "last_report_date":
        return ours.state("system_controller", serial, BATTERY, "last_report")
    if field == "temperature":
        value = ours.reading("system_controller", serial, BATTERY, "temperature_c")
        return None if value is None else round(value * 1.8 + 32)
    if field in ("comm_level_sub_ghz", "comm_level_2_4_ghz"):
        levels = (ours.state("system_controller", serial, BATTERY, "signal") or "").split()
        return int(levels[0 if field == "comm_level_sub_ghz" else 1]) if len(levels) == 2 else None
    if field in ("grid_mode", "grid_state"):
        modes = (ours.state("system_controller", serial, BATTERY, "grid_mode") or "").split()
        return modes
    if field == "collar_state":
        return ours.state("system_controller", serial, BATTERY, "state")
    if field == "control_error":
        value = ours.state("system_controller", serial, BATTERY, "error_text")
        return int(value) if value and value.isdigit() else value
    return None


def find(ours, theirs, name, value):
    """Returns the program's value of a quantity, and the quantity's class."""
    parts = name.split(".")
    group, field = parts[0], parts[-1]
    if group == "inverters":
        return inverter(ours, theirs, parts[1], field), f"inverters.{field}"
    if group == "ctmeters":
        return meter(ours, theirs, parts[1], field), f"ctmeters.{field}"
    if group == "system_production":
        return production(ours, value, field), name
    if group in ("system_consumption", "system_net_consumption"):
        kind = "net-consumption" if "net" in group else "total-consumption"
        return consumption(ours, value, kind, field), name
    if group == "encharge_inventory":
        return battery(ours, parts[1], field), f"{group}.{field}"
    if group == "encharge_power":
        names = {"real_power_mw": ("power_w", 1000), "apparent_power_mva": ("apparent_power_va", 1000), "soc": ("soc_pct", 1)}
        quantity, factor = names[field]
        found = ours.reading("battery", parts[1], "ivp/ensemble/power", quantity)
        return None if found is None else found * factor, f"{group}.{field}"
    if group == "encharge_aggregate":
        return aggregate(ours, field), name
    if group in ("enpower", "collar"):
        return controller(ours, str(theirs[f"{group}.serial_number"]), field), name
    if group == "c6cc":
        serial = str(theirs["c6cc.serial_number"])
        texts = {"firmware_version": "firmware", "admin_state_str": "state", "part_number": "model"}
        if field == "serial_number":
            return serial if ("other", serial, BATTERY) in ours.states else None, name
        if field == "communicating":
            return truth(ours.state("other", serial, BATTERY, "communicating")), name
        if field == "last_report_date":
            return ours.state("other", serial, BATTERY, "last_report"), name
        return ours.state("other", serial, BATTERY, texts.get(field, field)), name
    if group == "acb_power":
        numbers = {"power": "power_w", "charge_wh": "available_wh", "state_of_charge": "soc_pct", "batteries": "devices_reporting"}
        if field in numbers:
            return either([ours.reading("ac_battery", "", f"{page}/acb", numbers[field]) for page in PAGES], value), name
        return next((s for page in PAGES if (s := ours.state("ac_battery", "", f"{page}/acb", field))), None), name
    if group == "acb_inventory":
        return acb(ours, parts[1], field), f"{group}.{field}"
    if group == "generator":
        words = {"admin_state": "relay_commanded", "oper_state": "relay_actual"}
        if field == "present":
            return ours.state("generator", "", "ivp/ensemble/generator", "state") == "present", name
        if field == "admin_mode":
            return ours.state("generator", "", "ivp/ensemble/generator", "mode"), name
        if field in ("start_soc", "stop_soc", "schedule", "type", "exc_on"):
            note = ours.state("generator", "", "ivp/ensemble/generator", "note") or ""
            pairs = dict(p.rsplit(" ", 1) for p in note.split(", ") if p)
            word = "exercise" if field == "exc_on" else field.replace("_", " ")
            return int(pairs[word]) if word in pairs else None, name
        return ours.state("generator", "", "ivp/ensemble/generator", words.get(field, field)), name
    if group == "tariff" and len(parts) > 2 and parts[1] == "storage_settings":
        if field == "mode":
            return ours.state("site", "", "admin/lib/tariff", "mode"), name
        note = ours.state("site", "", "admin/lib/tariff", "note") or ""
        pairs = dict(p.rsplit(" ", 1) for p in note.split(", ") if p)
        words = {"reserved_soc": "reserve", "very_low_soc": "very low limit", "charge_from_grid": "charge from grid",
                 "operation_mode_sub_type": "sub type"}
        found = pairs.get(words.get(field))
        if found is None:
            return None, name
        return truth(found) if field == "charge_from_grid" else (found if field == "operation_mode_sub_type" else float(found)), name
    return None, name


def acb(ours, serial, field):
    last = "api/v1/production/inverters"
    numbers = {"percent_full": ("inventory.json", "soc_pct"), "max_cell_temp": ("inventory.json", "cell_temperature_max_c"),
               "last_report_watts": (last, "power_w"), "max_report_watts": (last, "power_max_w")}
    if field == "serial_num":
        return serial if ("ac_battery", serial, "inventory.json") in ours.states else None
    if field in numbers:
        return ours.reading("ac_battery", serial, *numbers[field])
    if field == "device_status":
        return (ours.state("ac_battery", serial, "inventory.json", "flags") or "").split()
    if field in ("communicating", "producing"):
        return truth(ours.state("ac_battery", serial, "inventory.json", field))
    if field == "part_num":
        return ours.state("ac_battery", serial, "inventory.json", "model")
    if field == "charge_status":
        return ours.state("ac_battery", serial, "inventory.json", "mode")
    if field == "last_report_date":
        return ours.reading("ac_battery", serial, last, "start") or ours.state("ac_battery", serial, "inventory.json", "last_report")
    return None


def not_taken(name):
    words = name.split(".")
    for reason, ends in NOT_TAKEN.items():
        if words[-1] in ends or words[0] in ends or (ends == ("phases",) and "phases" in words[0]):
            return reason
    if words[0] == "tariff" and (len(words) < 3 or words[1] != "storage_settings"):
        return "dry contacts and schedules"
    if words[0] == "tariff" and words[-1] in ("date", "opt_schedules"):
        return "dry contacts and schedules"
    return None


def difference(theirs, name, value, ours):
    """Returns why a difference is right; None where it is not."""
    words = name.split(".")
    if words[0] == "ctmeters" and theirs.get(f"ctmeters.{words[1]}.state") == "disabled":
        return "a disabled meter: its numbers mean nothing"
    if words[0] == "inverters" and theirs.get(f"inverters.{words[1]}.last_report_date") == 0:
        return "an inverter that never reported"
    if value == "" and ours is None:
        return "an empty text is no property"
    if name.endswith("storage_settings.mode") and (value, ours) == ("economy", "savings-mode"):
        return "the older word savings-mode, which pyenphase calls economy"
    if value in (0, 0.0) and ours is None:
        return "zero where the gateway has no value: an inactive or all-zero section"
    return None


def same(value, ours):
    if isinstance(value, list):
        return sorted(map(str, value)) == sorted(map(str, ours or []))
    if isinstance(ours, list):
        return str(value) in ours
    if isinstance(value, float) or isinstance(ours, float):
        return ours is not None and abs(float(value) - float(ours)) <= 1e-6 * max(1, abs(float(value)))
    return value == ours or str(value) == str(ours)


# --- the mock gateway --------------------------------------------------------------------------------------------

# Quantities that go on with the played time, by the last words of their names.
TIMES = ("timestamp", "last_report_date", "last_rpt_date", "reading_time", "installed_date", "last_report")


class Mock:
    """The program's mock gateway, playing a capture."""

    def __init__(self, folder, *options):
        self.arguments = [PROGRAM, "mock-gateway", folder, *options]

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(*self.arguments, stdout=asyncio.subprocess.PIPE)
        said = {}
        for _ in range(3):
            said.update(json.loads(await asyncio.wait_for(self.process.stdout.readline(), 30)))
        self.address, self.pin, self.token = said["url"], said["pin"], said["token"]
        return self

    async def __aexit__(self, *_):
        self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), 30)
        assert code == 0, f"the mock ended with {code}"

    def client(self):
        return Envoy(self.address.split("//")[1])

    async def enter(self, envoy):
        await envoy.setup()
        if self.pin is None:
            user, _, password = self.token.partition(":")
            await envoy.authenticate(username=user, password=password)
        else:
            await envoy.authenticate(token=self.token)


def values(data):
    """Flattens what pyenphase read."""
    result = {}
    for field in dataclasses.fields(data):
        if field.name != "raw":
            flat(field.name, getattr(data, field.name), result)
    return result


async def still(folder, saved):
    """Returns how what is read of a mock whose clock stands differs from what is read of the saved files."""
    async with Mock(folder, "--speed", "0") as mock:
        envoy = mock.client()
        try:
            await mock.enter(envoy)
            first = values(await envoy.update())
            second = values(await envoy.update())
        finally:
            await envoy.close()
    wrong = [("second update", name, first.get(name), second.get(name))
             for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    for name in saved.keys() | first.keys():
        if name.split(".")[-1] in TIMES or name.startswith("tariff"):
            continue
        if not same(saved.get(name), first.get(name)):
            wrong.append(("first update", name, saved.get(name), first.get(name)))
    return len(saved), wrong


async def going_on(folder, saved):
    """Returns which registers of production did not go on by the power beside them while an hour was played."""
    async with Mock(folder, "--speed", "1800") as mock:
        envoy = mock.client()
        try:
            await mock.enter(envoy)
            first = values(await envoy.update())
            await asyncio.sleep(2)
            second = values(await envoy.update())
        finally:
            await envoy.close()
    name = "system_production.watt_hours_lifetime"
    watts = first["system_production.watts_now"]
    grown = second[name] - first[name]
    # What was asked last decides, and the counters of inverters step by their reports.
    right = watts == 0 and grown == 0 or 0.3 * watts < grown % (2**32 / 3600) < 6 * watts
    return [] if right else [("an hour later", name, first[name], second[name])]


async def mocks():
    failures, compared = [], 0
    with tempfile.TemporaryDirectory() as folder:
        context = certificate(folder)
        for path in CAPTURES:
            saved = await oracle(path, context)
            count, wrong = await still(path, saved)
            wrong += await going_on(path, saved)
            compared += count
            failures += [(pathlib.Path(path).name, *entry) for entry in wrong]
    for failure in failures[:60]:
        print("DIFFERENT", *failure)
    print(f"{len(CAPTURES)} mocks, {compared} values compared, {len(failures)} unexplained")
    return 1 if failures or compared == 0 else 0


async def main():
    table = collections.defaultdict(collections.Counter)
    reasons, failures, refused, compared = collections.Counter(), [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        context = certificate(folder)
        for path in CAPTURES:
            name = pathlib.Path(path).name
            theirs, ours = await oracle(path, context), Ours(path)
            if isinstance(theirs, str) or ours.error:
                refused.append((name, theirs if isinstance(theirs, str) else "read", ours.error or "read"))
                if not (isinstance(theirs, str) and ours.error):
                    # One reads what the other refuses: told, and looked at by a person.
                    if ours.error:
                        failures.append((name, "import", "read", ours.error))
                continue
            for quantity, value in theirs.items():
                reason = not_taken(quantity)
                if reason:
                    reasons[reason] += 1
                    continue
                found, kind = find(ours, theirs, quantity, value)
                compared += 1
                if same(value, found):
                    table[kind]["equal"] += 1
                    continue
                why = difference(theirs, quantity, value, found)
                if why:
                    table[kind]["explained"] += 1
                    reasons[why] += 1
                else:
                    table[kind]["different"] += 1
                    failures.append((name, quantity, value, found))
    print(f"{'quantity':58} {'equal':>6} {'explained':>10} {'different':>10}")
    for kind in sorted(table):
        row = table[kind]
        print(f"{kind:58} {row['equal']:6} {row['explained']:10} {row['different']:10}")
    for reason, count in reasons.most_common():
        print(f"explained or not taken, {count}: {reason}")
    for name, theirs, ours in refused:
        print(f"not compared: {name}: pyenphase {theirs}, sunvigil {ours}")
    for failure in failures[:60]:
        print("DIFFERENT", *failure)
    total = sum(sum(row.values()) for row in table.values())
    print(f"{len(CAPTURES)} captures, {total} values compared, {len(failures)} unexplained")
    return 1 if failures or total == 0 else 0


sys.exit(asyncio.run(mocks() if IS_MOCK else main()))
