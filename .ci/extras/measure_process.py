"""python3 measure_process.py NAME COMMAND …: wall seconds, CPU seconds and peak memory of one whole process."""
import resource
import subprocess
import sys
import time

name, *command = sys.argv[1:]
started = time.monotonic()
code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{name}: wall {wall:.2f} s, cpu {used.ru_utime + used.ru_stime:.2f} s, peak {used.ru_maxrss / 1024:.0f} MB, exit {code}")
sys.exit(code)
