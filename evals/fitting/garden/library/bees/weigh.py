# Reads the day's file of the hive scale and prints what came in.
import csv
import sys

NECTAR_FLOW_KG = 1.0     # a day with more than this is written in capitals
ROBBING_KG = -0.8        # a loss like that in one day without harvest: look for robbing


def day_gain(rows):
    weights = [float(r["kg"]) for r in rows if r["kg"]]
    return weights[-1] - weights[0] if weights else 0.0


def comment(gain):
    if gain > NECTAR_FLOW_KG:
        return "FLOW"
    if gain < ROBBING_KG:
        return "robbing? look at the entrance"
    return "quiet"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with open(name, newline="") as f:
            gain = day_gain(list(csv.DictReader(f)))
        print(f"{name} {gain:+.2f} kg {comment(gain)}")
