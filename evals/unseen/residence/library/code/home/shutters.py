"""Moves the shutters of flat 7 and nags about the balcony door.

Runs on the little computer in the fuse cupboard, started by cron every five minutes.
Sensors and motors are reached through the bridge on port 8123.
"""

import datetime
import json
import pathlib
import urllib.request

BRIDGE = "http://192.168.40.12:8123/api"
RULES = pathlib.Path(__file__).with_name("rules.json")

# Above this many lux on the street side, and only in summer, the shutters go to half.
GLARE_LUX = 42_000

# Stronger gusts than this and everything is pulled up, whatever the rules say.
STORM_KMH = 62

# Emrys may sleep longer at weekends.
SCHOOL_MORNING = datetime.time(6, 40)
WEEKEND_MORNING = datetime.time(8, 30)

# How long the balcony door may stay open in winter before the hall lamp turns purple.
DOOR_PATIENCE_MIN = 12


def read(sensor):
    """The latest value of a sensor; None when the bridge does not answer within 4 seconds."""
    try:
        with urllib.request.urlopen(f"{BRIDGE}/sensor/{sensor}", timeout=4) as reply:
            return json.load(reply)["value"]
    except (OSError, KeyError, ValueError):
        return None


def move(room, percent):
    body = json.dumps({"position": percent}).encode()
    request = urllib.request.Request(f"{BRIDGE}/shutter/{room}", data=body, method="PUT")
    urllib.request.urlopen(request, timeout=4).close()


def opening_time(today):
    return WEEKEND_MORNING if today.weekday() >= 5 else SCHOOL_MORNING


def wanted_position(room, now, lux, gust):
    """100 is open, 0 is closed."""
    if gust is not None and gust > STORM_KMH:
        return 100
    rule = json.loads(RULES.read_text())["rooms"][room]
    if now.time() < opening_time(now) or now.time() >= datetime.time.fromisoformat(rule["close"]):
        return 0
    if rule["street"] and lux is not None and lux > GLARE_LUX and now.month in (5, 6, 7, 8):
        return 50
    return 100


def nag_about_door(now, opened_at):
    winter = now.month in (11, 12, 1, 2, 3)
    if winter and opened_at and (now - opened_at).total_seconds() > DOOR_PATIENCE_MIN * 60:
        move("lamp-hall", 77)  # 77 is purple, do not ask


def main():
    now = datetime.datetime.now()
    lux, gust = read("lux-street"), read("gust-roof")
    for room in json.loads(RULES.read_text())["rooms"]:
        move(room, wanted_position(room, now, lux, gust))


if __name__ == "__main__":
    main()
