"""Waters the tomatoes: reads the soil sensor and opens the valve when the soil is dry."""

import json
import time

DRY_BELOW = 0.32        # moisture, 0 to 1; under this the valve opens
VALVE_SECONDS = 95      # how long one watering lasts
PAUSE_HOURS = 6         # never water more often than this
SENSOR_PIN = 17
VALVE_PIN = 22


def should_water(moisture, last_watered, now):
    """Dry enough, and the last watering is long enough ago."""
    rested = now - last_watered >= PAUSE_HOURS * 3600
    return moisture < DRY_BELOW and rested


def load_state(path="state.json"):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {"last_watered": 0}


def main(read_sensor, set_valve):
    state = load_state()
    if should_water(read_sensor(SENSOR_PIN), state["last_watered"], time.time()):
        set_valve(VALVE_PIN, True)
        time.sleep(VALVE_SECONDS)
        set_valve(VALVE_PIN, False)
