#!/usr/bin/env bash
# Crashes guests for the tests: four faults, of them one in every file format, in at most five minutes.
# Usage: tests/lab/run.sh WORKDIR
# As root it installs what it needs, where apt-get has it. Exits with 77 and a line that begins with "skip:" when it cannot.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
mkdir -p "$work"
deadline=$((SECONDS + 300))

skip() {
    echo "skip: $*"
    exit 77
}

# Runs for what is left of the time; the guest ends with the program that started it.
crash() {
    local left=$((deadline - SECONDS))
    ((left > 20)) || skip "no time is left for $1; this machine is too slow for an emulated guest"
    timeout -k 5 "$left" "$here/make-vmcore.py" "$work" "$@"
    case $? in
        0) ;;
        77) skip 'the crashes of the lab need what was named above' ;;
        124 | 137) skip "$1 took too long; this machine is too slow for an emulated guest" ;;
        *) skip "$1 could not be made" ;;
    esac
}

[[ $(uname -m) == x86_64 ]] || skip 'the guests are x86-64 machines'
packages=(qemu-system-x86 makedumpfile busybox-static cpio make gcc xz-utils linux-headers-amd64)
if command -v dpkg-query > /dev/null && [[ $(dpkg-query -W -f '${Status}\n' "${packages[@]}" 2> /dev/null | grep -c '^install ok installed$') != "${#packages[@]}" ]]; then
    [[ $(id -u) == 0 ]] && command -v apt-get > /dev/null || skip "not installed, and not root to do it: ${packages[*]}"
    timeout 60 apt-get update -qq > /dev/null 2>&1
    apt-cache show linux-headers-amd64 > /dev/null 2>&1 || skip 'no package linux-headers-amd64: the lab crashes kernels of Debian'
    DEBIAN_FRONTEND=noninteractive timeout 150 apt-get install -y -qq --no-install-recommends "${packages[@]}" > "$work/apt.log" 2>&1 \
        || skip "apt-get did not install ${packages[*]}: $(tail -1 "$work/apt.log")"
fi

crash null_deref --suffix _all --format elf paging kdump c31 l31 p31 z31 E31 F31 split
crash use_after_free --append nokaslr --smp 1 --suffix _nokaslr_smp1
crash stack_overflow
crash sysrq --cpu max --suffix _la57
