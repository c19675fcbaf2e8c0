#!/usr/bin/env python3
"""Holds the answers of kernelfault against those of the crash utility, field by field, on the same vmcores.

  compare-crash.py --vmlinux VMLINUX --kernelfault PROGRAM [--limit 5] [--keep FOLDER] VMCORE...

VMLINUX is the kernel's own file with debug information, which only crash needs: usr/lib/debug/boot/vmlinux-RELEASE of the package
linux-image-RELEASE-dbg. PROGRAM is a published kernelfault, such as out/published/KernelFault.Cli of bench/cold-start.sh.

Compares what both give of sys, mod, ps, log, sym, vtop, rd and dis: sym over every symbol, the others at places spread over the kernel.
Prints a table, and each kind of difference with its reason where one is known (docs/comparison.md tells them in full); a difference
without a reason makes the exit code 1. With python3-drgn at hand, the tasks that crash does not find are held against drgn's.
Exits with 77 where crash is not installed.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MISSING = 77
PAGE = 4096
FLAGS = {'PRESENT': 'P', 'RW': 'RW', 'USER': 'US', 'PWT': 'PWT', 'PCD': 'PCD', 'ACCESSED': 'A', 'DIRTY': 'D', 'PSE': 'PS', 'GLOBAL': 'G', 'NX': 'NX'}
SYSTEM_PYTHON = '/usr/bin/python3'

# What crash 8.0.2 and kernelfault do not mean alike: kind of difference → why.
REASONS = {
    'ps task': 'crash loses the PID table of this kernel, says so (active task … not found in PID hash), and lists only what processors ran',
    'ps parent': 'crash prints -1 for a parent it did not find',
    'ps resident size': 'crash leaves out shared-memory pages (MM_SHMEMPAGES), as those of an initramfs; the kernel counts them',
    'ps start time': 'crash reads start_time; kernelfault start_boottime, as /proc/PID/stat does: two readings of the clock, microseconds apart',
    'sym cut name': 'crash cuts names at .isra. and .part.; the kernel prints them whole',
    'sym two names': 'two symbols have this address, and either name is right; kernelfault takes the one that the kernel prints',
    'sym name of the ELF file': 'the symbol is in the ELF file, or made up by crash (_MODULE_INIT_START_…); kallsyms has no such name',
    'sym not in kallsyms': 'in the ELF file only; the kernel keeps no name for it in memory (sections, string constants, tables of kallsyms itself)',
    'sym section that is not loaded': 'a name of the module that is being loaded, in a section that goes afterwards (.modinfo, __versions, .discard); crash leaves it out',
    'sym start of init': 'crash has only its own _MODULE_INIT_START_… there, in place of the function',
    'sym type per-CPU': 'an offset into the per-CPU areas: A in kallsyms, the section (D) in the ELF file',
    'sym type of a module': 'the kernel keeps no binding for symbols of modules: t; crash has T for init_module and cleanup_module',
    'vtop physical of a fixed mapping': 'crash computes it as if it were in the kernel image; the PAGE line of its own walk agrees with kernelfault',
    'dis prefix': 'gdb prints prefixes without effect (data16, cs); kernelfault leaves them out',
    'dis shift by one': 'gdb leaves out the 1; newer GNU tools and kernelfault write it',
    'dis unknown to gdb': 'an instruction that the gdb of crash does not know: (bad)',
    'dis after unknown': 'follows one that the gdb of crash does not know, which makes it go on at a wrong byte',
}


class Crash:
    """One run of crash: each command's answer goes into a file of its own."""

    def __init__(self, vmlinux, vmcore, folder):
        self._command = ['crash', '-s', vmlinux, vmcore]
        self._folder = folder
        self._lines = ['set scroll off']
        self._count = 0

    def ask(self, command):
        self._count += 1
        self._lines.append(f'{command} > {self._folder}/{self._count}')
        return self._count

    def run(self):
        with open(f'{self._folder}/commands', 'w') as file:
            file.write('\n'.join([*self._lines, 'quit', '']))
        with open(f'{self._folder}/commands') as commands, open(f'{self._folder}/messages', 'w') as messages:
            subprocess.run(self._command, stdin=commands, stdout=messages, stderr=subprocess.STDOUT, check=False)

    def messages(self):
        with open(f'{self._folder}/messages', errors='replace') as file:
            return [line for line in file.read().splitlines() if line]

    def answer(self, number):
        path = f'{self._folder}/{number}'
        if not os.path.exists(path):
            return []
        with open(path, errors='replace') as file:
            return file.read().splitlines()


class Table:
    """What was compared, and what differs."""

    def __init__(self, limit):
        self._limit = limit
        self._compared = collections.Counter()
        self._different = collections.Counter()
        self._kinds = collections.Counter()
        self._examples = collections.defaultdict(list)

    def same(self, group, kind, what, theirs, ours):
        """Counts a field; kind names the difference if there is one."""
        self._compared[group] += 1
        if theirs != ours:
            self.differs(group, kind, f'{what}: crash {theirs!r}, kernelfault {ours!r}')

    def differs(self, group, kind, text):
        self._different[group] += 1
        self._kinds[kind] += 1
        if len(self._examples[kind]) < self._limit:
            self._examples[kind].append(text)

    def add(self, other):
        self._compared += other._compared
        self._different += other._different
        self._kinds += other._kinds

    def show(self):
        """Prints the table; returns how many differences have no reason."""
        print(f'{"field group":<28} {"compared":>9} {"equal":>9} {"different":>9}')
        for group in self._compared | self._different:
            compared, different = self._compared[group], self._different[group]
            print(f'{group:<28} {compared:>9} {compared - different:>9} {different:>9}')
        unexplained = 0
        for kind, count in self._kinds.items():
            reason = REASONS.get(kind)
            unexplained += 0 if reason else count
            print(f'  {count} × {kind}: {reason or "NOT EXPLAINED"}')
            for example in self._examples[kind]:
                print(f'      {example}')
        return unexplained


def number(text):
    return int(text, 16)


def spread(items, count):
    """Some of the items, evenly spread."""
    return items[::max(1, len(items) // count)][:count]


def cut(name):
    """A name as crash has it."""
    return re.sub(r'\.isra\..*' if '.isra.' in name else r'\.part\..*', '', name)


def base(name):
    return name.partition('+')[0]


class Comparison:
    def __init__(self, options, vmcore, folder):
        self._program = options.kernelfault
        self._vmcore = vmcore
        self._table = Table(options.limit)
        self._crash = Crash(options.vmlinux, vmcore, folder)
        self._vmlinux = options.vmlinux
        self._symbols = self.ours('symbol', '*')
        self._tasks = self.ours('threads')
        self._modules = [m for m in self.ours('modules') if m['Name'] != 'vmlinux']
        self._by_name = collections.defaultdict(set)
        for symbol in self._symbols:
            self._by_name[symbol['Name']].add(number(symbol['Address']['Hex']))
        starts = [number(m['BaseAddress']['Hex']) for m in self._modules]
        # Core and init parts are somewhere in the 1 GB that modules have.
        self._loaded = [(min(starts) & ~0x3fffffff, (min(starts) & ~0x3fffffff) + (1 << 30))] if starts else []

    def ours(self, command, *arguments):
        done = subprocess.run([self._program, command, '--json', self._vmcore, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if not done.stdout:
            return []
        answer = json.loads(done.stdout)
        return answer if isinstance(answer, list) else [answer]

    def run(self):
        checks = [self.system(), self.modules(), self.tasks(), self.log(), self.symbols(), self.near(), self.tables(), self.memory(), self.code()]
        for check in checks:
            next(check)
        self._crash.run()
        if not self._crash.answer(1):
            print('crash does not open this file; it says: ' + ' '.join(self._crash.messages()[-3:]))
            return self._table
        for check in checks:
            next(check, None)
        self.referee()
        return self._table

    # Each check is a generator: it asks crash its questions, waits for the run, and compares.

    def system(self):
        asked = self._crash.ask('sys')
        yield
        theirs = {}
        for line in self._crash.answer(asked):
            match = re.match(r'\s*([A-Z ]+): (.*)', line)
            if match:
                theirs[match[1]] = match[2]
        ours = self.ours('analyze')[0]
        linux = ours['Linux']
        uptime = [int(part) for part in re.search(r'(\d+):(\d+):(\d+)$', theirs['UPTIME']).groups()]
        date = subprocess.run(['date', '-u', '-d', theirs['DATE'], '+%Y-%m-%dT%H:%M:%SZ'], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        for what, their, our in [
                ('RELEASE', theirs['RELEASE'], linux['Release']),
                ('VERSION', theirs['VERSION'], linux['Build']),
                ('CPUS', int(theirs['CPUS'].split()[0]), ours['System']['ProcessorCount']),
                ('DATE', date, ours['System']['CrashTime']),
                ('UPTIME', uptime[0] * 3600 + uptime[1] * 60 + uptime[2], ours['System']['UptimeSeconds']),
                ('MACHINE', theirs['MACHINE'].split()[0], {'X64': 'x86_64', 'Arm64': 'aarch64'}.get(ours['System']['Architecture'])),
                ('tainted', '[TAINTED]' in theirs['KERNEL'], bool(linux['Taint']))]:
            self._table.same('sys', f'sys {what}', what, their, our)
        self.panic(theirs['PANIC'], ours)

    def panic(self, text, ours):
        """crash quotes one line of the log; the answer has what that line says in fields of their own."""
        linux = ours['Linux']
        text = re.sub(r'"? \(check log for details\)$', '', text).strip('"')
        oops = re.match(r'Oops: ([0-9a-f]{4}) \[#(\d+)\] (.*)', text)
        if oops:
            codes = [number(m[1]) for m in (re.match(r'Error code 0x([0-9a-f]+)', d) for d in linux['FaultDetails']) if m]
            self._table.same('sys', 'sys PANIC error code', 'PANIC error code', number(oops[1]), codes[0] if codes else 0)
            self._table.same('sys', 'sys PANIC count', 'PANIC count', int(oops[2]), linux['OopsNumber'])
            self._table.same('sys', 'sys PANIC options', 'PANIC options', oops[3].split(), linux['KernelOptions'])
        else:
            said = [linux['Headline'], linux['PanicReason'] or '', ours['Title']]
            reason = text.removeprefix('Kernel panic - not syncing: ')
            self._table.same('sys', 'sys PANIC', 'PANIC', True, any(reason in s or s and s in reason for s in said) or (text, said))

    def modules(self):
        asked, taints = self._crash.ask('mod'), self._crash.ask('mod -t')
        yield
        tainted = dict(line.split() for line in self._crash.answer(taints)[1:] if len(line.split()) == 2)
        ours = {m['Name']: m for m in self._modules}
        theirs = {}
        for line in self._crash.answer(asked)[1:]:
            part = line.split()
            theirs[part[1]] = part
        self._table.same('mod', 'mod names', 'names', sorted(theirs), sorted(ours))
        for name, part in theirs.items():
            mine = ours.get(name)
            if mine:
                self._table.same('mod', 'mod base', f'{name} base', number(part[2]), number(mine['BaseAddress']['Hex']))
                self._table.same('mod', 'mod size', f'{name} size', int(part[3]), mine['Size'])
                self._table.same('mod', 'mod taint', f'{name} taint', tainted.get(name, ''), mine['Taint'])

    def tasks(self):
        asked, times = self._crash.ask('ps'), self._crash.ask('ps -t')
        yield
        theirs = {}
        for line in self._crash.answer(asked)[1:]:
            active = line.startswith('>')
            part = line.lstrip('> ').split(None, 8)
            theirs[number(part[3])] = (active, part)
        ours = {number(t['Address']['Hex']): t for t in self._tasks}
        for address, (active, part) in theirs.items():
            mine = ours.get(address)
            self._table.same('ps', 'ps task missing', f'{address:x}', True, mine is not None)
            if not mine:
                continue
            name = re.sub(r'^\[(.*)\]$', r'\1', part[8])
            what = f'{part[0]} {name}'
            for field, their, our in [
                    ('identifier', int(part[0]), mine['ThreadId']),
                    ('parent', int(part[1]), mine['ParentProcessId']),
                    ('processor', int(part[2]), mine['Processor']),
                    ('state', part[4], {'R': 'RU', 'S': 'IN', 'D': 'UN', 'I': 'ID', 'Z': 'ZO'}.get(mine['StateLetter'])),
                    ('virtual size', int(part[6]) * 1024, mine['VirtualBytes'] or 0),
                    ('resident size', int(part[7]) * 1024, mine['ResidentBytes'] or 0),
                    ('name', name, mine['Name'].strip('[]')),
                    ('kernel thread', part[8].startswith('['), bool(mine['IsKernelThread'])),
                    ('on a processor', active, mine['IsCurrent'])]:
                self._table.same('ps', f'ps {field}', f'{what} {field}', their, our)
        address = None
        for line in self._crash.answer(times):
            task = re.match(r'PID: \d+ +TASK: ([0-9a-f]+)', line)
            address = number(task[1]) if task else address
            start = re.match(r' *START TIME: (\d+)', line)
            if start and address in ours:
                self._table.same('ps', 'ps start time', f'{ours[address]["ThreadId"]} start', int(start[1]), round(ours[address]['StartSeconds'] * 1e9))
        for address in ours.keys() - theirs.keys():
            self._table.same('ps', 'ps task', f'{ours[address]["ThreadId"]} {ours[address]["Name"]}', False, True)

    def log(self):
        asked = self._crash.ask('log -m')
        yield
        theirs = self._crash.answer(asked)
        ours = []
        for message in self.ours('log'):
            first, *more = message['Text'].split('\n')
            level = LEVELS.index(message['Level'])
            prefix = f'[{message["Nanoseconds"] // 10**9:5d}.{message["Nanoseconds"] // 1000 % 10**6:06d}] '
            ours.append(f'{prefix}<{level}>{first}')
            # crash indents what follows a line break.
            ours.extend(' ' * len(f'{prefix}<{level}>') + line for line in more)
        self._table.same('log', 'log count', 'lines', len(theirs), len(ours))
        for i, (their, our) in enumerate(zip(theirs, ours)):
            self._table.same('log', 'log line', f'line {i + 1}', their.rstrip(), our.rstrip())

    def symbols(self):
        asked = self._crash.ask('sym -l')
        yield
        theirs = collections.defaultdict(set)
        letters = {}
        init_starts = set()
        for line in self._crash.answer(asked):
            match = re.match(r'([0-9a-f]+) MODULE INIT START: ', line)
            if match:
                init_starts.add(number(match[1]))
            match = re.match(r'([0-9a-f]+) \((.)\) (\S+)', line)
            if match:
                theirs[number(match[1])].add(match[3])
                letters[number(match[1]), match[3]] = match[2]
        ours = collections.defaultdict(set)
        for symbol in self._symbols:
            ours[number(symbol['Address']['Hex'])].add(symbol['Name'])
        for symbol in self._symbols:
            address, name, module = number(symbol['Address']['Hex']), symbol['Name'], symbol['Module']
            kind = f'sym only kernelfault: {symbol["Type"]}'
            if cut(name) in theirs[address]:
                kind = 'sym cut name'
            elif address in init_starts:
                kind = 'sym start of init'
            elif module and (name.startswith('__UNIQUE_ID_') or not any(start <= address < end for start, end in self._loaded)):
                kind = 'sym section that is not loaded'
            self._table.same('sym, ours in crash', kind, f'{name} at {address:x}', True, name in theirs[address])
            letter = letters.get((address, name))
            if letter and letter != '?':
                kind = f'sym type: crash {letter}, kernelfault {symbol["Type"]}'
                if symbol['Type'] == 'A' and letter in 'dD':
                    kind = 'sym type per-CPU'
                elif module and letter.lower() == symbol['Type'].lower():
                    kind = 'sym type of a module'
                self._table.same('sym, type', kind, name, letter, symbol['Type'])
        names = {symbol['Name'] for symbol in self._symbols}
        for address, some in theirs.items():
            cuts = {cut(name) for name in ours[address]}
            for name in some:
                if name in cuts and name not in ours[address]:
                    # Counted above.
                    continue
                kind = 'sym only crash' if name in names and not name.startswith('.') else 'sym not in kallsyms'
                self._table.same('sym, those of crash in ours', kind, f'{name} at {address:x}', True, name in ours[address])

    def text(self):
        return sorted({number(s['Address']['Hex']): s for s in self._symbols if s['Type'] in 'tTwW' and number(s['Address']['Hex']) > 1 << 63 and s['Size']}.items())

    def near(self):
        wanted = [(address + min(symbol['Size'] - 1, 7 * i % 97)) for i, (address, symbol) in enumerate(spread(self.text(), 400))]
        asked = [self._crash.ask(f'sym {address:x}') for address in wanted]
        yield
        ours = self.ours('symbol', *[f'0x{address:x}' for address in wanted])
        for address, number_asked in zip(wanted, asked):
            their = re.match(r'[0-9a-f]+ \(.\) (\S+)', ' '.join(self._crash.answer(number_asked)))
            near = [s for s in ours if 0 <= address - number(s['Address']['Hex']) < max(1, s['Size'] or 1)]
            names = set()
            for symbol in near:
                offset = address - number(symbol['Address']['Hex'])
                names.add(symbol['Name'] + (f'+{offset}' if offset else ''))
            self.named('sym, by address', f'{address:x}', their[1] if their else None, names)

    def named(self, group, what, their, names):
        """A name and offset; where several symbols share an address, either name is right."""
        kind = f'{group}: name'
        if their and their not in names:
            if any(their == cut(base(name)) + name[len(base(name)):] for name in names):
                kind = 'sym cut name'
            elif any(self.places(their) & self.places(name) for name in names):
                kind = 'sym two names'
            elif their.startswith('.') or base(their) not in self._by_name:
                kind = 'sym name of the ELF file'
        self._table.same(group, kind, what, their, their if their in names else ' or '.join(sorted(names)) or None)

    def places(self, name):
        offset = name.partition('+')[2]
        return {address + int(offset or 0) for address in self._by_name.get(base(name), [])}

    def tables(self):
        wanted = [address for address, _ in spread(self.text(), 40)]
        data = sorted(number(s['Address']['Hex']) for s in self._symbols if s['Type'] in 'dDbBrR' and number(s['Address']['Hex']) > 1 << 63)
        wanted += spread(data, 60)
        wanted += [number(t['Address']['Hex']) for t in spread(self._tasks, 30)]
        for module in self._modules:
            start = number(module['BaseAddress']['Hex'])
            wanted += range(start, start + module['Size'] + PAGE, PAGE)
        wanted += [0xffffffffff5fd000, 0xffffffffff600000, 0xfffffe0000000000, 0xfffffe0000001000, 0xffffffff80000000, 0xffffffffc0000000, 0xffff800000000000]
        asked = [self._crash.ask(f'vtop {address:x}') for address in wanted]
        yield
        ours = {number(a['Address']['Hex']): a for a in self.ours('pte', *[f'0x{address:x}' for address in wanted])}
        for address, number_asked in zip(wanted, asked):
            self.walk(address, self._crash.answer(number_asked), ours[address])

    def walk(self, address, theirs, ours):
        text = '\n'.join(theirs)
        levels = {level['Name'].upper(): level for level in ours['Levels']}
        for name, at, value in re.findall(r'^ *(PGD|P4D|PUD|PMD|PTE): ([0-9a-f]+) => ([0-9a-f]+)', text, re.M):
            level = levels.get(name)
            at = number(at)
            self._table.same('vtop, entries', f'vtop {name} value', f'{address:x} {name}', number(value), level and number(level['Value']))
            if at < 1 << 47:
                self._table.same('vtop, entries', f'vtop {name} place', f'{address:x} {name}', at, level and number(level['EntryAddress']['Hex']))
        directory = re.search(r'^PAGE DIRECTORY: ([0-9a-f]+)', text, re.M)
        if directory:
            self._table.same('vtop, entries', 'vtop PGD value', f'{address:x} PGD', number(directory[1]), number(ours['Levels'][0]['Value']))
        page = re.search(r'^ *PAGE: ([0-9a-f]+)(?: +\((\w+)\))?', text, re.M)
        physical = ours['PhysicalAddress'] and number(ours['PhysicalAddress']['Hex'])
        self._table.same('vtop, page', 'vtop mapped', f'{address:x} mapped', page is not None, physical is not None)
        if page and physical is not None:
            size = {None: 4096, '2MB': 2 << 20, '1GB': 1 << 30}[page[2]]
            self._table.same('vtop, page', 'vtop page size', f'{address:x} size', size, ours['PageSize'])
            self._table.same('vtop, page', 'vtop page', f'{address:x} page', number(page[1]), physical & ~(size - 1))
            their = number(theirs[1].split()[1])
            kind = 'vtop physical of a fixed mapping' if address >= 0xffffffffff000000 else 'vtop physical'
            self._table.same('vtop, page', kind, f'{address:x} physical', their, physical)
            flags = re.search(r'\(((?:\w+\|)*\w+)\)$', text, re.M)
            for line in theirs:
                match = re.match(r' *[0-9a-f]+ +[0-9a-f]+ +\(([A-Z|]+)\)', line)
                if match:
                    flags = match
            if flags:
                self._table.same('vtop, page', 'vtop flags', f'{address:x} flags', sorted(FLAGS.get(f, f) for f in flags[1].split('|')), sorted(ours['Levels'][-1]['Flags']))

    def memory(self):
        data = sorted(number(s['Address']['Hex']) & ~7 for s in self._symbols if s['Type'] in 'tTdDbBrR' and number(s['Address']['Hex']) > 1 << 63)
        wanted = [(address, '') for address in spread(data, 120)]
        wanted += [(number(t['Address']['Hex']), '') for t in spread(self._tasks, 40)]
        wanted += [(number(m['BaseAddress']['Hex']), '') for m in self._modules]
        wanted += [(frame * PAGE, '-p') for frame in range(1, 28000, 700)]
        length = 256
        asked = [self._crash.ask(f'rd {flag} {address:x} {length // 8}'.replace('  ', ' ')) for address, flag in wanted]
        asked_symbols = {address: self._crash.ask(f'rd -S {address:x} {length // 8}') for address, flag in wanted if not flag}
        yield
        virtual = self.ours('memory', *[f'0x{a:x}' for a, flag in wanted if not flag], '--length', str(length))
        physical = self.ours('memory', *[f'0x{a:x}' for a, flag in wanted if flag], '--length', str(length), '--physical')
        lines = {('', number(line['Address'])): line for line in virtual} | {('-p', number(line['Address'])): line for line in physical}
        for (start, flag), number_asked in zip(wanted, asked):
            theirs = {}
            for line in self._crash.answer(number_asked):
                match = re.match(r' *([0-9a-f]+):  ([0-9a-f]{16}) ([0-9a-f]{16})   (.{16})', line)
                if match:
                    theirs[number(match[1])] = (match[2], match[3], match[4])
            for address in range(start, start + length, 16):
                their, our = theirs.get(address), lines.get((flag, address))
                missing = our is None or our['Missing'] is not None
                what = f'{flag} {address:x}'
                if their is None or missing:
                    self._table.same('rd, pages that are missing', 'rd missing', what, their is None, missing)
                    continue
                self._table.same('rd, words', 'rd words', what, their[:2], tuple(word.removeprefix('0x') for word in our['Words']))
                self._table.same('rd, text', 'rd text', what, their[2], our['Text'])
        for start, number_asked in asked_symbols.items():
            for line in self._crash.answer(number_asked):
                match = re.match(r' *([0-9a-f]+):  (\S+) +(\S+)', line)
                our = match and lines.get(('', number(match[1])))
                if our:
                    for their, word, name in zip((match[2], match[3]), our['Words'], our['Symbols']):
                        self.pointer(f'{match[1]}', their, word, name)

    def pointer(self, what, their, word, name):
        """rd -S names symbols as NAME+OFFSET, slab objects as [cache], and anything else is the number."""
        if their.startswith('[') or re.fullmatch(r'[0-9a-f]{16}', their) and name is None:
            return
        if re.fullmatch(r'[0-9a-f]{16}', their):
            self._table.same('rd -S, symbols', 'rd symbol only kernelfault', f'{what} {word}', None, name)
            return
        self.named('rd -S, symbols', f'{what} {word}', their, {self.decimal(name)} if name else set())

    def code(self):
        starts = [address for address, symbol in self.text() if symbol['Module']]
        starts += [address for address, _ in spread(self.text(), 1000)]
        functions = {}
        current = []
        for line in self.ours('disasm', '--att', *[f'0x{address:x}' for address in starts]):
            address = number(line['Address']['Hex'])
            if address in starts and address not in functions:
                current = functions[address] = []
            current.append(line)
        asked = [(some, self._crash.ask(f'dis {address:x} {len(some)}')) for address, some in functions.items()]
        yield
        for some, number_asked in asked:
            theirs = {}
            for line in self._crash.answer(number_asked):
                match = re.match(r'0x([0-9a-f]+)(?: <([^>]+)>)?:\t(.*)', line)
                if match:
                    theirs[number(match[1])] = (match[2], match[3])
            unknown = any('(bad)' in text for _, text in theirs.values())
            for line in some:
                address = number(line['Address']['Hex'])
                their = theirs.get(address)
                kind = 'dis after unknown' if unknown else 'dis instruction missing'
                self._table.same('dis, instructions', kind, f'{address:x} {line["Text"]}', True, their is not None)
                if their:
                    self.instruction(address, their, line)

    def instruction(self, address, their, line):
        place, text = their
        if line['Symbol'] and place:
            self.named('dis, place', f'{address:x}', place, {self.decimal(line['Symbol'])})
        text = re.sub(r' \[FTRACE NOP\]$', '', text)
        match = re.match(r'(.*?)\s+# 0x([0-9a-f]+)(?: <([^>]+)>)?$', text)
        target, name = None, None
        if match:
            text, target, name = match[1], number(match[2]), match[3]
        else:
            match = re.match(r'(.*0x([0-9a-f]+)) <([^>]+)>$', text)
            if match:
                text, target, name = match[1], number(match[2]), match[3]
        text = re.sub(r'\s+', ' ', text).strip()
        our = re.sub(r'\s+', ' ', line['Text']).strip()
        kind = 'dis text'
        if '(bad)' in text:
            kind = 'dis unknown to gdb'
        elif self.without_prefixes(text) == self.without_prefixes(our):
            kind = 'dis prefix'
        elif our.replace('$0x1,', '') == text:
            kind = 'dis shift by one'
        elif text != our:
            kind = f'dis text {text.split(" ")[0]}'
        self._table.same('dis, text', kind, f'{address:x} {line["Bytes"]}', text, our)
        if target is not None and line['Target']:
            self._table.same('dis, target', 'dis target', f'{address:x}', target, number(line['Target']['Hex']))
        if name and line['TargetSymbol']:
            self.named('dis, target', f'{address:x} target', name, {self.decimal(line['TargetSymbol'])})

    @staticmethod
    def decimal(symbol):
        """name+0x1c [module] as crash writes it: name+28."""
        name, _, offset = symbol.split(' ')[0].split('!')[-1].partition('+')
        value = int(offset or '0', 0)
        return name + (f'+{value}' if value else '')

    @staticmethod
    def without_prefixes(text):
        return re.sub(r'%[cdes]s:(?=[-0-9(])', '', re.sub(r'^((data16|cs|ds|es|ss|rex\S*|repz|addr32) )+', '', text))

    def referee(self):
        """The tasks by drgn, which reads the PID table that crash loses."""
        done = subprocess.run([SYSTEM_PYTHON, '-c', DRGN_TASKS, self._vmcore, self._vmlinux], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False) if os.path.exists(SYSTEM_PYTHON) else None
        if not done or done.returncode:
            print('skip: drgn is not here or does not read this file')
            return
        theirs = {row[0]: row[1:] for row in json.loads(done.stdout)}
        ours = {number(t['Address']['Hex']): t for t in self._tasks if t['ThreadId']}
        self._table.same('ps, beside drgn', 'drgn tasks', 'tasks', sorted(theirs), sorted(ours))
        fields = ['ThreadId', 'ProcessId', 'ParentProcessId', 'Processor', 'StateLetter', 'Name', 'VirtualBytes', 'ResidentBytes']
        for address, row in theirs.items():
            mine = ours.get(address)
            for field, their in zip(fields, row if mine else []):
                our = mine[field] or 0
                our = our.strip('[]') if field == 'Name' else our
                self._table.same('ps, beside drgn', f'drgn {field}', f'{row[0]} {row[5]} {field}', their, our)


LEVELS = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Information', 'Debug']

DRGN_TASKS = '''
import json, sys
import drgn
from drgn.helpers.linux import for_each_task, task_state_to_char, task_cpu
program = drgn.Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info([sys.argv[2]])
rows = []
for task in for_each_task(program):
    mm = task.mm
    rows.append([task.value_(), task.pid.value_(), task.tgid.value_(), task.real_parent.tgid.value_(), task_cpu(task), task_state_to_char(task),
                 task.comm.string_().decode(), mm.total_vm.value_() * 4096 if mm else 0, 0])
    if mm:
        pages = [count.counter.value_() for count in mm.rss_stat.count]
        for other in for_each_task(program):
            if other.mm == mm:
                pages = [a + b.value_() for a, b in zip(pages, other.rss_stat.count)]
        rows[-1][-1] = (pages[0] + pages[1] + pages[3]) * 4096
print(json.dumps(rows))
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('vmcores', nargs='+', metavar='vmcore')
    parser.add_argument('--vmlinux', required=True)
    parser.add_argument('--kernelfault', default='kernelfault')
    parser.add_argument('--limit', type=int, default=5, help='examples of each kind of difference')
    parser.add_argument('--keep', help='a folder for the answers of crash')
    options = parser.parse_args()
    if not shutil.which('crash'):
        print('skip: crash is not installed', file=sys.stderr)
        sys.exit(MISSING)
    unexplained = 0
    total = Table(0)
    for vmcore in options.vmcores:
        with tempfile.TemporaryDirectory() as scratch:
            folder = os.path.abspath(options.keep) if options.keep else scratch
            os.makedirs(folder, exist_ok=True)
            print(f'\n{vmcore}', flush=True)
            table = Comparison(options, os.path.abspath(vmcore), folder).run()
            unexplained += table.show()
            total.add(table)
    if len(options.vmcores) > 1:
        print('\nall files')
        total.show()
    sys.exit(1 if unexplained else 0)


main()
