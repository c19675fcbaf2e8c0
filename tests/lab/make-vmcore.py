#!/usr/bin/env python3
"""Crashes a real Debian kernel in an emulated guest and keeps its memory as a vmcore: about 10 s a case, without KVM.

  make-vmcore.py WORKDIR FAULT...        FAULT: a name in kf_faults.c, 'sysrq', or 'all' for every one
      [--format c31 l31 E31 F31 elf kdump ...] [--append nokaslr] [--smp 1] [--cpu max] [--mem 112] [--suffix _nokaslr]
      [--kernel 6.12.115+deb12-rt-amd64]
  make-vmcore.py --list                  the faults

Writes WORKDIR/FAULT[SUFFIX]/console.log, what the kernel printed, and vmcore.FORMAT:
  elf     ELF as the emulator writes it: section headers first
  paging  the same with a program header for each virtual mapping (PN_XNUM)
  kdump   the emulator's own kdump-zlib: a flattened stream with an empty utsname
  c31 l31 p31 z31   makedumpfile -d31, kdump-compressed with zlib, LZO, Snappy, Zstandard where it was built with them
  E31     makedumpfile -E -d31, ELF without the pages left out
  F31     makedumpfile -F -c -d31, flattened
  split   makedumpfile --split in two parts: vmcore.split1, vmcore.split2
--cpu max gives 5-level paging, the default max,-la57 gives 4 levels.

Needs, from Debian: qemu-system-x86 makedumpfile busybox-static cpio make gcc linux-headers-amd64. Exits with 77 when something of it
is not there. The kernel image comes from the linux-image package that matches the headers; it is unpacked below WORKDIR, never
installed. Nothing outside WORKDIR is written.
"""
import argparse
import ctypes
import glob
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ['qemu-system-x86_64', 'makedumpfile', 'cpio', 'make', 'gcc', 'strip', 'dpkg', 'apt-get']
MAKEDUMPFILE = {'c31': ['-c'], 'l31': ['-l'], 'p31': ['-p'], 'z31': ['-z'], 'E31': ['-E']}
FORMATS = ['elf', 'paging', 'kdump', 'F31', 'split', *MAKEDUMPFILE]
MISSING = 77
PANIC_SECONDS = 240


def faults():
    with open(f'{HERE}/kf_faults.c') as source:
        return re.findall(r'strcmp\(fault, "(\w+)"\)', source.read()) + ['sysrq']


def missing(what):
    print(f'skip: {what}', file=sys.stderr)
    sys.exit(MISSING)


def run(*command, **options):
    return subprocess.run(command, check=True, **options)


def release(wanted):
    """The kernel that is asked for, or the newest whose headers are installed."""
    known = [os.path.basename(os.path.dirname(path)) for path in glob.glob('/lib/modules/*/build')]
    if not known or wanted not in (None, *known):
        missing(f'no kernel headers are installed (linux-headers-{wanted or "amd64"})')
    return wanted or max(known, key=lambda name: [int(part) for part in re.findall(r'\d+', name)])


def prepare(work, wanted):
    """Unpacks the kernel, builds the fault module, packs the initramfs. Returns the kernel image."""
    for program in PROGRAMS:
        if not shutil.which(program):
            missing(f'{program} is not installed')
    if not os.path.exists('/bin/busybox'):
        missing('busybox-static is not installed')
    name = release(wanted)
    root = f'{work}/root'
    kernel = f'{root}/boot/vmlinuz-{name}'
    if not os.path.exists(kernel):
        try:
            run('apt-get', '-o', 'APT::Sandbox::User=root', 'download', f'linux-image-{name}', cwd=work, stdout=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            missing(f'the package linux-image-{name} cannot be had')
        run('dpkg', '-x', glob.glob(f'{work}/linux-image-{name}_*.deb')[0], root)

    source = f'{work}/module'
    os.makedirs(source, exist_ok=True)
    shutil.copy(f'{HERE}/kf_faults.c', source)
    with open(f'{source}/Makefile', 'w') as makefile:
        makefile.write('obj-m := kf_faults.o\n')
    run('make', '-s', '-C', f'/lib/modules/{name}/build', f'M={source}', 'modules', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    tree = f'{work}/initramfs'
    shutil.rmtree(tree, ignore_errors=True)
    for folder in ('bin', 'lib', 'proc', 'sys', 'dev'):
        os.makedirs(f'{tree}/{folder}')
    shutil.copy('/bin/busybox', f'{tree}/bin/')
    shutil.copy(f'{HERE}/init', f'{tree}/init')
    os.chmod(f'{tree}/init', 0o755)
    run('strip', '--strip-debug', '-o', f'{tree}/lib/kf_faults.ko', f'{source}/kf_faults.ko')
    driver = glob.glob(f'{root}/lib/modules/{name}/kernel/drivers/firmware/qemu_fw_cfg.ko*')
    if driver:
        shutil.copy(driver[0], f'{tree}/lib/')
        if driver[0].endswith('.xz'):
            run('unxz', f'{tree}/lib/qemu_fw_cfg.ko.xz')
    run('sh', '-c', 'find . | cpio -o -H newc 2>/dev/null | gzip -9 > ../initramfs.gz', cwd=tree)
    return kernel


def console(path):
    if not os.path.exists(path):
        return ''
    with open(path, errors='replace') as log:
        return log.read()


class NoCrashError(Exception):
    """A guest lives on, or ended in another way."""


class Monitor:
    """The emulator's control socket."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._file = self._socket.makefile('rw')
        self._file.readline()
        self.do('qmp_capabilities')

    def do(self, command, **arguments):
        self._file.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
        self._file.flush()
        while True:
            line = self._file.readline()
            answer = json.loads(line) if line else {'return': 'gone'}
            if 'error' in answer:
                sys.exit(f'{command}: {answer["error"]}')
            if 'return' in answer:
                return


def end_with_parent():
    """A guest in which nobody is interested any more ends, however its parent did (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def crash(work, kernel, fault, options, out):
    """Boots the guest, waits for its panic, and has its memory dumped."""
    control = f'{out}/monitor'
    command = [
        'qemu-system-x86_64', '-cpu', options.cpu, '-m', str(options.mem), '-smp', str(options.smp), '-no-reboot',
        '-kernel', kernel, '-initrd', f'{work}/initramfs.gz',
        '-append', f'console=ttyS0 oops=panic panic=0 kf={fault} {options.append}',
        '-device', 'vmcoreinfo', '-qmp', f'unix:{control},server,nowait', '-serial', f'file:{out}/console.log',
        '-monitor', 'none', '-display', 'none', '-net', 'none']
    guest = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent)
    try:
        deadline = time.time() + PANIC_SECONDS
        while 'end Kernel panic' not in console(f'{out}/console.log'):
            if time.time() > deadline or guest.poll() is not None:
                raise NoCrashError(f'{fault}: the guest did not panic; see {out}/console.log')
            time.sleep(0.3)
        time.sleep(0.5)
        monitor = Monitor(control)
        monitor.do('stop')
        monitor.do('dump-guest-memory', paging=False, protocol=f'file:{out}/vmcore.elf', format='elf')
        if 'paging' in options.format:
            monitor.do('dump-guest-memory', paging=True, protocol=f'file:{out}/vmcore.paging', format='elf')
        if 'kdump' in options.format:
            monitor.do('dump-guest-memory', paging=False, protocol=f'file:{out}/vmcore.kdump', format='kdump-zlib')
        monitor.do('quit')
        guest.wait(20)
    finally:
        if guest.poll() is None:
            guest.kill()
    if os.path.exists(control):
        os.unlink(control)
    for path in glob.glob(f'{out}/vmcore.*'):
        os.chmod(path, 0o644)


def with_program_headers_first(path):
    """The emulator puts section headers before the program headers; makedumpfile expects the latter at offset 64."""
    with open(path, 'r+b') as file:
        header = bytearray(file.read(64))
        offset, count = struct.unpack_from('<Q', header, 32)[0], struct.unpack_from('<H', header, 56)[0]
        file.seek(offset)
        program_headers = file.read(count * 56)
        struct.pack_into('<QQ', header, 32, 64, 0)
        struct.pack_into('<H', header, 52, 64)
        struct.pack_into('<HH', header, 60, 0, 0)
        file.seek(0)
        file.write(header)
        file.write(program_headers)


def convert(out, formats):
    """Makes the makedumpfile formats of the emulator's ELF dump, which goes unless it was asked for."""
    elf = f'{out}/vmcore.elf'
    wanted = [name for name in formats if name in MAKEDUMPFILE or name in ('F31', 'split')]
    source = elf
    if wanted:
        if 'elf' in formats:
            source = f'{out}/source.elf'
            shutil.copy(elf, source)
        with_program_headers_first(source)
    for name in wanted:
        target = f'{out}/vmcore.{name}'
        if name == 'F31':
            with open(target, 'wb') as stream:
                run('makedumpfile', '-F', '-c', '-d', '31', source, stdout=stream, stderr=subprocess.DEVNULL)
        elif name == 'split':
            run('makedumpfile', '--split', '-c', '-d', '31', source, f'{target}1', f'{target}2', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        else:
            done = subprocess.run(['makedumpfile', *MAKEDUMPFILE[name], '-d', '31', source, target],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if 'is disabled' in done.stdout:
                # It then writes the pages as they are, which is not what was asked for.
                print(f'skip: makedumpfile was built without {name}', file=sys.stderr)
                if os.path.exists(target):
                    os.unlink(target)
            elif done.returncode:
                sys.exit(f'makedumpfile {name}: {done.stdout}')
    if source != elf or 'elf' not in formats:
        os.unlink(source)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('work', nargs='?')
    parser.add_argument('faults', nargs='*', metavar='fault')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--append', default='')
    parser.add_argument('--cpu', default='max,-la57')
    parser.add_argument('--smp', type=int, default=2)
    parser.add_argument('--mem', type=int, default=112, help='MB')
    parser.add_argument('--format', nargs='+', default=['c31'], choices=FORMATS)
    parser.add_argument('--suffix', default='')
    parser.add_argument('--kernel', help='release of another kernel whose headers are installed')
    options = parser.parse_args()
    known = faults()
    if options.list:
        print('\n'.join(known))
        return
    if not options.work or not options.faults:
        parser.error('a folder to work in and a fault are needed')
    wanted = known if options.faults == ['all'] else options.faults
    for fault in wanted:
        if fault not in known:
            parser.error(f'{fault} is no fault; --list names them')
    work = os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    kernel = prepare(work, options.kernel)
    failed = False
    for fault in wanted:
        name = fault + options.suffix
        out = f'{work}/{name}'
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        try:
            crash(work, kernel, fault, options, out)
        except NoCrashError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        convert(out, options.format)
        for file in sorted(os.listdir(out)):
            print(f'{os.path.getsize(f"{out}/{file}"):>12}  {name}/{file}', flush=True)
    sys.exit(1 if failed else 0)


main()
