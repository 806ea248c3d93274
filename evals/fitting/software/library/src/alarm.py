"""Sends a message when the water is too high."""
import time

MAX_PER_HOUR = 4          # do not flood the harbour master's phone
QUIET_FROM, QUIET_TO = 22, 6
RETRY_SECONDS = 45

def should_send(level_cm, limit_cm, sent_this_hour, hour):
    """At night only a level 50 cm above the limit wakes anybody."""
    if sent_this_hour >= MAX_PER_HOUR:
        return False
    if hour >= QUIET_FROM or hour < QUIET_TO:
        return level_cm > limit_cm + 50
    return level_cm > limit_cm

def smooth(readings):
    """Median of the last five readings, so that a single wave does not raise the alarm."""
    last = sorted(readings[-5:])
    return last[len(last) // 2]
