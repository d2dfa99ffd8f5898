"""Subprocesses: `run` with and without `check`, `check_output`, `Popen` with a pipe, and a request between."""

import os
import subprocess
import sys

import requests

SERVER = os.environ["SERVER"]


def python(code, **options):
    return subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, **options)


def main():
    print(python("print('out')").stdout.strip())
    print(python("raise SystemExit(3)").returncode)
    try:
        python("raise SystemExit(4)", check=True)
    except subprocess.CalledProcessError as error:
        print("failed with", error.returncode)
    print(requests.get(f"{SERVER}/text").text)
    text = subprocess.check_output([sys.executable, "-S", "-c", "print(6 * 7)"], text=True)
    print(int(text))
    print(python("import sys; print(sys.stdin.read().upper())", input="loud").stdout.strip())
    try:
        python("import time; time.sleep(9)", timeout=0.05)
    except subprocess.TimeoutExpired:
        print("too slow")
    process = subprocess.Popen([sys.executable, "-S", "-c", "print('line')"], stdout=subprocess.PIPE, text=True)
    with process:
        for line in process.stdout:
            print(line.strip())
    print(process.returncode)


if __name__ == "__main__":
    main()
