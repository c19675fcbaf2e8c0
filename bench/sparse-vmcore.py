#!/usr/bin/env python3
"""Makes the vmcore of a machine with much more memory out of a real one: the same kernel, and gigabytes of zeros above.

  sparse-vmcore.py SOURCE TARGET [--gigabytes 64]

An ELF source (vmcore.elf, vmcore.E31 of tests/lab) gets one more program header for a hole in the file: it takes no room on disk.
A kdump-compressed source (vmcore.c31 …) gets bits and descriptors for the pages above, which all share one page of zeros as makedumpfile
has it: about 6 MB a gigabyte.
Analysing either must cost what analysing the source costs.
"""
import argparse
import struct
import zlib

PAGE = 4096
ABOVE = 4 << 30


def elf(source, target, size):
    header = bytearray(source[:64])
    offset, = struct.unpack_from('<Q', header, 32)
    count, = struct.unpack_from('<H', header, 56)
    program_headers = source[offset:offset + count * 56]
    # All headers move to the end of what there is, then the hole.
    at = (len(source) + PAGE - 1) // PAGE * PAGE
    hole = at + PAGE * (1 + (count + 1) * 56 // PAGE)
    struct.pack_into('<Q', header, 32, at)
    struct.pack_into('<H', header, 56, count + 1)
    extra = struct.pack('<IIQQQQQQ', 1, 0, hole, 0, ABOVE, size, size, 0)
    with open(target, 'wb') as file:
        file.write(source)
        file.seek(0)
        file.write(header)
        file.seek(at)
        file.write(program_headers + extra)
        file.truncate(hole + size)


def kdump(source, target, size):
    block, = struct.unpack_from('<i', source, 428)
    sub_blocks, = struct.unpack_from('<i', source, 432)
    blocks, = struct.unpack_from('<I', source, 436)
    bitmap = block * (1 + sub_blocks)
    half = blocks * block // 2
    frames = (ABOVE + size) // PAGE
    new_half = (frames // 8 + block - 1) // block * block
    descriptors = bitmap + 2 * half
    present = sum(bin(byte).count('1') for byte in source[bitmap + half:bitmap + 2 * half])
    data = descriptors + present * 24

    header = bytearray(source[:bitmap])
    struct.pack_into('<I', header, 436, 2 * new_half // block)
    struct.pack_into('<I', header, 440, frames)
    struct.pack_into('<Q', header, block + 96, frames)

    def bits(start):
        result = bytearray(new_half)
        result[:half] = source[start:start + half]
        result[ABOVE // PAGE // 8:frames // 8] = b'\xff' * (size // PAGE // 8)
        return result

    zero = zlib.compress(bytes(PAGE))
    more = size // PAGE
    zero_at = bitmap + 2 * new_half + (present + more) * 24
    moved = zero_at + len(zero) - data
    with open(target, 'wb') as file:
        file.write(header)
        file.write(bits(bitmap))
        file.write(bits(bitmap + half))
        for i in range(present):
            offset, length, flags, page_flags = struct.unpack_from('<QIIQ', source, descriptors + i * 24)
            file.write(struct.pack('<QIIQ', offset + moved if offset else 0, length, flags, page_flags))
        one = struct.pack('<QIIQ', zero_at, len(zero), 1, 0)
        step = 1 << 16
        for i in range(0, more, step):
            file.write(one * min(step, more - i))
        file.write(zero)
        file.write(source[data:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source')
    parser.add_argument('target')
    parser.add_argument('--gigabytes', type=int, default=64)
    options = parser.parse_args()
    with open(options.source, 'rb') as file:
        source = file.read()
    make = {b'\x7fELF': elf, b'KDUM': kdump}.get(source[:4])
    if make is None:
        parser.error('the source is neither an ELF core nor a kdump-compressed file')
    make(source, options.target, options.gigabytes << 30)


main()
