#!/usr/bin/env bash
# A Debian guest for the tests of what is done to a machine: its own kernel, systemd, ssh, GRUB, and kdump armed.
#   tests/lab/guest.sh start WORKDIR [MEBIBYTES]   builds the disk when WORKDIR has none, boots it, waits until ssh answers
#   tests/lab/guest.sh stop WORKDIR                ends the guest, by its own process id
#   tests/lab/guest.sh ssh WORKDIR COMMAND...      runs a command in it, as root
# WORKDIR gets: ssh_config (for 'ssh -F', host name 'guest'), id_ed25519, known_hosts, address (127.0.0.1:PORT), pid, console.log.
# As root it installs what it needs, where apt-get has it. Exits with 77 and a line that begins with "skip:" when it cannot.
# KERNELFAULT_GUEST_ACCEL=tcg emulates the processor even where /dev/kvm is.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packages=(qemu-system-x86 mmdebstrap e2fsprogs openssh-client make gcc linux-headers-amd64)
# Of the kernel's modules only what the guest needs: each that is there is one more to be unpacked, and to be loaded by an emulated processor.
modules=/lib/modules/\*/kernel
excluded=(/usr/share/{doc,man,locale,info,bug,lintian}/\* "$modules"/{arch,crypto,drivers,fs,net,security,sound,virt}/\*)
kept=("$modules"/drivers/{block,char/hw_random,net,virtio,firmware}/\*virtio\* "$modules"/drivers/virtio/\* "$modules"/drivers/net/\*failover\* "$modules"/net/core/\* "$modules"/drivers/firmware/qemu_fw_cfg\*
    "$modules"/fs/{ext4,jbd2,fat,nls}/\* "$modules"/fs/mbcache\* "$modules"/crypto/crc\* "$modules"/arch/x86/crypto/crc\*)
# Of systemd and of the initramfs only what this machine has: neither encrypted disks nor keyboards, and a disk that is there at once.
# An initramfs without udev is unpacked, run and made anew in half the time.
excluded+=(\*/lib/systemd/system-generators/\* \*/lib/udev/rules.d/{6,7}\* /usr/share/initramfs-tools/hooks/{dmsetup,fsck,keymap,resume,thermal,udev}
    /usr/share/initramfs-tools/scripts/{init-top/{all_generic_ide,keymap,udev},init-bottom/udev,local-premount/resume} /etc/grub.d/{05,20,30,41}_\*)
kept+=(\*/lib/systemd/system-generators/systemd-fstab-generator)
# What the guest runs beyond what Debian's essential packages bring.
included=systemd-sysv,openssh-server,linux-image-amd64,kdump-tools,makedumpfile,kexec-tools,grub2-common,grub-pc-bin,kmod,procps

skip() {
    echo "skip: $*"
    exit 77
}

fail() {
    echo "$*" >&2
    exit 1
}

remote() { ssh -F "$work/ssh_config" guest "$@"; }

# The id is ours only while the process has our disk on its command line.
running() { [[ -s $work/pid ]] && tr '\0' ' ' 2> /dev/null < "/proc/$(< "$work/pid")/cmdline" | grep -qF "file=$work/disk.img,"; }

need_packages() {
    [[ $(uname -m) == x86_64 ]] || skip 'the guest is an x86-64 machine'
    command -v dpkg-query > /dev/null || skip 'this is no Debian: the guest is made of its packages'
    if [[ $(dpkg-query -W -f '${Status}\n' "${packages[@]}" 2> /dev/null | grep -c '^install ok installed$') != "${#packages[@]}" ]]; then
        [[ $(id -u) == 0 ]] && command -v apt-get > /dev/null || skip "not installed, and not root to do it: ${packages[*]}"
        timeout 60 apt-get update -qq > /dev/null 2>&1
        apt-cache show linux-headers-amd64 > /dev/null 2>&1 || skip 'no package linux-headers-amd64: the guest is a Debian'
        DEBIAN_FRONTEND=noninteractive timeout 150 apt-get install -y -qq --no-install-recommends "${packages[@]}" > "$work/apt.log" 2>&1 \
            || skip "apt-get did not install ${packages[*]}: $(tail -1 "$work/apt.log")"
    fi
    [[ $(id -u) == 0 ]] || skip 'not root: a file system is filled with files of root'
}

# The release and the sources of packages are this machine's own.
install_debian() {
    local root=$1 path options=() sources=()
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && [[ ${ID-} == debian ]] && echo "${VERSION_CODENAME-}")
    [[ -n $release ]] || skip 'this is no Debian: the guest is made of its packages'
    for path in "${excluded[@]}"; do
        options+=("--dpkgopt=path-exclude=$path")
    done
    for path in "${kept[@]}"; do
        options+=("--dpkgopt=path-include=$path")
    done
    for path in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
        [[ ! -s $path ]] || sources+=("$path")
    done
    ((${#sources[@]} > 0)) || skip 'apt has no sources of packages'
    timeout 240 mmdebstrap --mode=root --variant=minbase --aptopt='APT::Install-Recommends "false"' "${options[@]}" --include="$included" \
        --setup-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" && echo MODULES=list > "$1/etc/initramfs-tools/conf.d/lab" && printf "virtio_pci\nvirtio_blk\next4\n" > "$1/etc/initramfs-tools/modules"' \
        "$release" "$root" "${sources[@]}" > "$work/debian.log" 2>&1 || skip "the guest's packages cannot be installed: $(tail -1 "$work/debian.log")"
}

configure() {
    local root=$1 kernel=$2
    cp -r "$here/guest/root/." "$root/"
    ln -sf /usr/share/zoneinfo/UTC "$root/etc/localtime"
    rm -f "$root"/etc/ssh/ssh_host_*
    install -m 600 "$work/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
    install -m 644 "$work/host_key.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
    install -D -m 600 "$work/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
    gcc -O2 -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie -no-pie -o "$root/usr/local/bin/page-faults" "$here/guest/page-faults.c" || skip 'gcc does not make page-faults'
    # Modules of the headers' kernel; where the guest's is another one, the tests that need them are skipped. The driver is loaded at
    # each start by the initramfs: nothing but an initramfs that is made anew keeps it out.
    if [[ -d /lib/modules/$kernel/build ]]; then
        mkdir -p "$work/module"
        cp "$here/kf_faults.c" "$here/guest/kf_driver.c" "$work/module/"
        echo 'obj-m := kf_faults.o kf_driver.o' > "$work/module/Makefile"
        make -s -C "/lib/modules/$kernel/build" "M=$work/module" modules > "$work/module.log" 2>&1 && cp "$work/module/kf_faults.ko" "$root/root/" \
            && install -D -m 644 "$work/module/kf_driver.ko" "$root/lib/modules/$kernel/updates/kf_driver.ko" && chroot "$root" depmod "$kernel" \
            && echo kf_driver >> "$root/etc/initramfs-tools/modules" && chroot "$root" update-initramfs -u -k "$kernel" >> "$work/debian.log" 2>&1
    fi
    chroot "$root" systemctl -q enable systemd-networkd ssh kdump-tools || fail 'the services of the guest cannot be enabled'
    chroot "$root" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer getty@tty1.service systemd-networkd-wait-online.service modprobe@{configfs,dm_mod,drm,efi_pstore,fuse,loop}.service kexec-load.service getty.target systemd-update-utmp{,-runlevel}.service systemd-tmpfiles-clean.timer dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount systemd-firstboot.service remote-fs.target
    # kdump-tools makes its own initramfs when a kernel is installed, and was not there yet; it makes it anew when its settings are not these.
    cp "$root/etc/kdump/sysctl.conf" "$root/var/lib/kdump/latest_sysctls-$kernel"
    chroot "$root" /etc/kernel/postinst.d/kdump-tools "$kernel" >> "$work/debian.log" 2>&1 || fail 'the initramfs of the crash kernel cannot be made'
}

# GRUB lies on a disk of its own, so that neither a partition table nor a loop device is needed: its first sector, and its core,
# which looks for the file system by name.
install_grub() {
    local root=$1 kernel=$2 modules=/usr/lib/grub/i386-pc
    mkdir -p "$root/boot/grub/i386-pc"
    cp "$root$modules"/*.{mod,lst} "$root/boot/grub/i386-pc/"
    printf 'search --no-floppy --label guest --set=root\nset prefix=($root)/boot/grub\n' > "$root/tmp/start.cfg"
    chroot "$root" grub-mkimage -O i386-pc -p /boot/grub -c /tmp/start.cfg -o /tmp/core.img biosdisk ext2 search search_label normal linux minicmd || fail 'GRUB cannot be made'
    cat "$root$modules/boot.img" "$root/tmp/core.img" > "$work/grub.img"
    truncate -s 1M "$work/grub.img"
    rm "$root/tmp/start.cfg" "$root/tmp/core.img"
    # As update-grub would write it, which asks for more than a file tree has.
    printf 'linux /boot/vmlinuz-%s root=/dev/vda ro console=ttyS0 quiet mitigations=off norandmaps init_on_alloc=0 cryptomgr.notests crashkernel=384M-:128M\ninitrd /boot/initrd.img-%s\nboot\n' "$kernel" "$kernel" > "$root/boot/grub/grub.cfg"
}

build() {
    local root=$work/root kernels
    need_packages
    rm -rf "$root" "$work"/{host_key,id_ed25519}{,.pub}
    ssh-keygen -q -t ed25519 -N '' -C guest -f "$work/host_key" && ssh-keygen -q -t ed25519 -N '' -C lab -f "$work/id_ed25519" || skip 'ssh-keygen makes no key'
    install_debian "$root"
    kernels=("$root"/boot/vmlinuz-*)
    configure "$root" "${kernels[0]##*/vmlinuz-}"
    install_grub "$root" "${kernels[0]##*/vmlinuz-}"
    # Without what this file system has learnt since GRUB was taught to read it.
    mke2fs -q -t ext4 -O none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,extra_isize -L guest -d "$root" "$work/disk.tmp" 2G 2>> "$work/debian.log" || fail 'the disk cannot be made'
    rm -rf "$root"
    mv "$work/disk.tmp" "$work/disk.img"
}

# By the processor itself where the kernel lets it, which a virtual machine's may promise and not keep: then nothing comes on the
# console. On any port that is free; another program may have taken it before the emulator does, and the next one is tried then.
boot() {
    local memory=$1 accelerator try
    for accelerator in ${KERNELFAULT_GUEST_ACCEL:-kvm tcg}; do
        [[ $accelerator != kvm || -w /dev/kvm ]] || continue
        for try in 1 2 3; do
            port=$((20000 + RANDOM % 20000))
            launch "$accelerator" "$memory"
            sleep 0.5
            running && break
        done
        [[ $accelerator == kvm ]] || break
        for try in $(seq 30); do
            running && [[ ! -s $work/console.log ]] || break
            sleep 0.5
        done
        running && [[ -s $work/console.log ]] && break
        stop
    done
    running || skip "no emulated guest starts: $(tail -1 "$work/qemu.log")"
    describe
}

# One processor: two wait for each other wherever there are not two idle ones for them. Without the "fast" string instructions, which
# the emulator does byte by byte. That each process gets the same addresses (norandmaps, above) saves most: code is translated anew for
# each address that it is seen at.
launch() {
    : > "$work/console.log"
    # shellcheck disable=SC2094
    setsid qemu-system-x86_64 -machine "q35,accel=$1" -cpu max,la57=off,erms=off,fsrm=off -smp 1 -m "$2" -nodefaults -display none -no-user-config \
        -drive "file=$work/disk.img,format=raw,if=none,id=disk,cache=unsafe" -device virtio-blk-pci,drive=disk \
        -drive "file=$work/grub.img,format=raw,if=none,id=grub" -device virtio-blk-pci,drive=grub,bootindex=1 \
        -netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=net,romfile= \
        -device virtio-rng-pci -serial "file:$work/console.log" < /dev/null > "$work/qemu.log" 2>&1 &
    echo $! > "$work/pid"
    disown
}

describe() {
    echo "127.0.0.1:$port" > "$work/address"
    echo "guest $(cut -d' ' -f1,2 "$work/host_key.pub")" > "$work/known_hosts"
    cat > "$work/ssh_config" << CONFIG
Host guest
    HostName 127.0.0.1
    Port $port
    User root
    HostKeyAlias guest
    IdentityFile $work/id_ed25519
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile $work/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    BatchMode yes
    LogLevel ERROR
CONFIG
}

wait_for_ssh() {
    local deadline=$((SECONDS + 180))
    until remote -o ConnectTimeout=5 true 2> "$work/ssh.log"; do
        running || fail "the guest has ended: $(tail -3 "$work/console.log")"
        ((SECONDS < deadline)) || skip "the guest did not answer within 180 s: $(tail -1 "$work/ssh.log")"
        sleep 0.5
    done
}

start() {
    [[ -s $work/disk.img ]] || build
    running && fail "a guest runs in $work already"
    boot "$1"
    wait_for_ssh
    # The service loads the crash kernel once the machine is up.
    remote 'for second in $(seq 90); do [ "$(cat /sys/kernel/kexec_crash_loaded)" = 1 ] && exit; sleep 1; done; exit 1' || fail 'the crash kernel is not loaded after 90 s'
    echo "$(< "$work/address") $work/id_ed25519"
}

stop() {
    running || return 0
    kill "$(< "$work/pid")"
    for _ in $(seq 50); do
        running || return 0
        sleep 0.1
    done
    kill -9 "$(< "$work/pid")"
}

(($# >= 2)) || fail "usage: $0 start|stop|ssh WORKDIR"
verb=$1
mkdir -p "$2"
work=$(cd "$2" && pwd)
shift 2
case $verb in
    start) start "${1:-640}" ;;
    stop) stop ;;
    ssh) remote "$@" ;;
    *) fail "usage: $0 start|stop|ssh WORKDIR" ;;
esac
