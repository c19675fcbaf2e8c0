#!/usr/bin/env bash
# `kernelfault analyze vmcore` beside crash (start, bt, quit) and drgn (start, stack of the crashed thread) on the same files, in one
# interleaved run: wall time, processor time and peak memory. Then the same of a machine with 64 GB, made by bench/sparse-vmcore.py.
# Usage: bench/vmcore-speed.sh [rounds] VMCORE... with VMLINUX=file in the environment: the kernel with debug info, which crash and drgn
# need, such as usr/lib/debug/boot/vmlinux-RELEASE of linux-image-RELEASE-dbg. KERNELFAULT=program takes one that is published already.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=7
if [[ ${1-} =~ ^[0-9]+$ ]]; then
    rounds=$1
    shift
fi
(($# > 0)) || {
    echo 'usage: [VMLINUX=file] bench/vmcore-speed.sh [rounds] VMCORE...'
    exit 2
}

if [[ -z ${KERNELFAULT-} ]]; then
    KERNELFAULT=$PWD/out/published/KernelFault.Cli
    dotnet publish src/KernelFault.Cli -c Release -o "$PWD/out/published" -v q -nologo
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

KERNELFAULT=$KERNELFAULT VMLINUX=${VMLINUX-} ROUNDS=$rounds SCRATCH=$scratch python3 - "$@" <<'PYTHON'
import os
import shutil
import statistics
import subprocess
import sys
import time

KERNELFAULT, VMLINUX, ROUNDS, SCRATCH = (os.environ[name] for name in ('KERNELFAULT', 'VMLINUX', 'ROUNDS', 'SCRATCH'))
PEAK = 120
CRASH_TIMES = 15
SPARSE_TIMES = 2
SYSTEM_PYTHON = '/usr/bin/python3'
DRGN = '''
import sys, drgn
program = drgn.Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info([sys.argv[2]])
print(program.crashed_thread().stack_trace())
'''


class Tool:
    def __init__(self, name, command, answer='', lines=''):
        self.name, self.command, self.lines, self.answer = name, command, lines, answer
        self.runs = []

    def run(self, counts):
        """Wall and processor seconds and peak MB of one run, from wait4."""
        with open(f'{SCRATCH}/out', 'wb') as out, open(f'{SCRATCH}/in', 'w+b') as file:
            file.write(self.lines.encode())
            file.seek(0)
            start = time.perf_counter()
            process = subprocess.Popen(self.command, stdin=file, stdout=out, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        with open(f'{SCRATCH}/out', errors='replace') as out:
            text = out.read()
        if process.returncode or self.answer not in text:
            sys.exit(f'{self.name} did not answer:\n{text[:2000]}')
        if counts:
            self.runs.append((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))

    def median(self, column):
        return statistics.median(run[column] for run in self.runs)

    def row(self):
        return (f'{self.name:<26} {self.median(0):>8.2f} {min(run[0] for run in self.runs):>8.2f} {self.median(1):>8.2f} '
                f'{max(run[2] for run in self.runs):>8.0f}')


def has_drgn():
    return os.path.exists(SYSTEM_PYTHON) and subprocess.run([SYSTEM_PYTHON, '-c', 'import drgn'], stderr=subprocess.DEVNULL).returncode == 0


failed = 0


def limit(text, value, most):
    global failed
    failed += value > most
    print(f'  {text}: {value:.2f} (at most {most:.2f}) {"ok" if value <= most else "MISSED"}')


for vmcore in sys.argv[1:]:
    print(f'\n{vmcore}: {os.path.getsize(vmcore) / 1e6:.0f} MB, {ROUNDS} rounds')
    ours = Tool('kernelfault analyze', [KERNELFAULT, 'analyze', vmcore], 'Stack')
    tools = [ours]
    crash = drgn = sparse = None
    if not VMLINUX:
        print('skip: crash and drgn need VMLINUX, the kernel with debug info')
    else:
        if shutil.which('crash'):
            crash = Tool('crash (bt, quit)', ['crash', '-s', VMLINUX, vmcore], '#0', 'set scroll off\nbt\nquit\n')
            tools.append(crash)
        else:
            print('skip: crash is not installed')
        if has_drgn():
            drgn = Tool('drgn (stack)', [SYSTEM_PYTHON, '-c', DRGN, vmcore, VMLINUX], '#0')
            tools.append(drgn)
        else:
            print(f'skip: {SYSTEM_PYTHON} has no drgn (python3-drgn)')
    large = f'{SCRATCH}/64GB'
    if subprocess.run([sys.executable, 'bench/sparse-vmcore.py', vmcore, large, '--gigabytes', '64'], stderr=subprocess.DEVNULL).returncode == 0:
        sparse = Tool('kernelfault, 64 GB of it', [KERNELFAULT, 'analyze', large], 'Stack')
        tools.append(sparse)
    else:
        print('skip: bench/sparse-vmcore.py does not enlarge a file of this kind')

    # The first round fills the file cache.
    for round in range(-1, int(ROUNDS)):
        for tool in tools:
            tool.run(round >= 0)
    if sparse:
        os.unlink(large)

    print(f'{"":<26} {"median s":>8} {"best s":>8} {"cpu s":>8} {"peak MB":>8}')
    for tool in tools:
        print(tool.row())
    wall = ours.median(0)
    limit('peak memory, MB', max(run[2] for run in ours.runs), PEAK)
    if drgn:
        limit('wall time, of that of drgn', wall / drgn.median(0), 1)
    if crash:
        limit('wall time, of that of crash', wall / crash.median(0), 1 / CRASH_TIMES)
    if sparse:
        limit('64 GB, times the wall time', sparse.median(0) / wall, SPARSE_TIMES)
        limit('64 GB, peak memory, MB', max(run[2] for run in sparse.runs), PEAK)
sys.exit(1 if failed else 0)
PYTHON
