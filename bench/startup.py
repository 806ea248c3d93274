"""How soon after start does the core answer `status`, with 100,000 passages in the vault?

  ./dev bench startup [--chunks 100000] [--home FOLDER] [--runs 10]

Makes a library of that many passages (kept in FOLDER for the next time), then starts `hearth serve`
again and again and measures from exec to the first complete answer on its socket, and the same for a
bare process (`hearth --version`), so that the share of the operating system can be seen.
"""
import argparse
import json
import os
import pathlib
import random
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
HEARTH = ROOT / "build" / "release" / "hearth"
REQUEST = b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
WORDS = ("water stone letter garden winter engine window paper river copper ladder bread signal harbour "
         "lantern meadow ticket kitchen captain thunder pencil orchard bottle market station").split()


def make_library(folder, chunks):
    """Text files of some 40 passages each; a passage is about 900 characters."""
    folder.mkdir(parents=True)
    chance = random.Random(1)
    for i in range(chunks // 40 + 1):
        paragraphs = (" ".join(chance.choices(WORDS, k=140)) + f" {i}." for _ in range(40))
        (folder / f"{i:05}.md").write_text("\n\n".join(f"## Part {n}\n\n{p}" for n, p in enumerate(paragraphs)))


def ask(path, patience=60.0):
    """Seconds until the whole status came over the socket, and the status."""
    begun = time.perf_counter()
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(patience)
                client.connect(str(path))
                client.sendall(REQUEST)
                answer = b"".join(iter(lambda: client.recv(65536), b""))
            return time.perf_counter() - begun, json.loads(answer.split(b"\r\n\r\n", 1)[1])
        except (FileNotFoundError, ConnectionRefusedError):
            if time.perf_counter() - begun > patience:
                raise
            time.sleep(0.001)


def ensure_vault(home, env, chunks):
    files = home.parent / "startup-files"
    if not files.exists():
        make_library(files, chunks)
    subprocess.run([HEARTH, "add", files], env=env, check=True)
    subprocess.run([HEARTH, "doctor"], env=env, stdout=subprocess.DEVNULL)
    while True:
        _, status = ask(home / "run" / "hearth.sock")
        if status["progress"]["idle"] and status["chunks"] >= chunks * 0.9:
            break
        time.sleep(0.5)
    subprocess.run([HEARTH, "shutdown"], env=env, check=True)
    return status["chunks"]  # The first status after a start counts what is in memory already.


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--chunks", type=int, default=100_000)
    arguments.add_argument("--home")
    arguments.add_argument("--runs", type=int, default=10)
    options = arguments.parse_args()
    home = pathlib.Path(options.home or pathlib.Path(tempfile.gettempdir()) / "hearth-bench-startup" / "home")
    env = {**os.environ, "HEARTH_HOME": str(home), "HEARTH_KEYCHAIN": "off", "HEARTH_EXAM": "off"}
    chunks = ensure_vault(home, env, options.chunks)
    times, bare = [], []
    for _ in range(options.runs):
        begun = time.perf_counter()
        subprocess.run([HEARTH, "--version"], stdout=subprocess.DEVNULL, check=True)
        bare.append(time.perf_counter() - begun)
        core = subprocess.Popen([HEARTH, "serve"], env=env, stderr=subprocess.DEVNULL)
        taken, _ = ask(home / "run" / "hearth.sock")
        times.append(taken)
        subprocess.run([HEARTH, "shutdown"], env=env, check=True, stdout=subprocess.DEVNULL)
        core.wait()
    report = {"chunks": chunks, "runs": options.runs,
              "status_ms": {"median": round(statistics.median(times) * 1000, 1), "worst": round(max(times) * 1000, 1)},
              "bare_process_ms": round(statistics.median(bare) * 1000, 1),
              "ratio_to_bare_process": round(statistics.median(times) / statistics.median(bare), 1)}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
