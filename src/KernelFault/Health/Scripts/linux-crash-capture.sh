# Says what this machine would keep of a crash. Each line is a word, a tab and a value; the last line is "end".
LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
say() { [ -n "$2" ] && printf '%s\t%s\n' "$1" "$(printf %s "$2" | head -c 4096 | tr '\t\n' '  ')"; }
file() { [ -r "$2" ] && say "$1" "$(head -c 4096 "$2" 2> /dev/null)"; }
file size /sys/kernel/kexec_crash_size
file loaded /sys/kernel/kexec_crash_loaded
file pstore /sys/module/pstore/parameters/backend
if [ -r /sys/fs/pstore ]; then say records "$(ls /sys/fs/pstore 2> /dev/null | wc -l)"; fi
sed -n 's/^\(MemTotal\|MemFree\|Cached\|Buffers\|AnonPages\):  *\([0-9]*\) kB$/memory	\1 \2/p' /proc/meminfo

# Who loads the crash kernel, and where to it writes.
target=
if [ -r /etc/default/kdump-tools ]; then
    service=kdump-tools
    target=$(sed -n 's/^KDUMP_COREDIR=["'\'']\{0,1\}\([^"'\'' ]*\).*/\1/p' /etc/default/kdump-tools | tail -n 1)
    remote=$(sed -n 's/^\(NFS\|SSH\|FTP\)=["'\'']\{0,1\}\([^"'\'' ]*\).*/\1 \2/p' /etc/default/kdump-tools | tail -n 1)
    say use "$(sed -n 's/^USE_KDUMP=["'\'']\{0,1\}\([0-9]*\).*/\1/p' /etc/default/kdump-tools | tail -n 1)"
    say collector "$(sed -n 's/^MAKEDUMP_ARGS=["'\'']\{0,1\}\([^"'\'']*\).*/\1/p' /etc/default/kdump-tools | tail -n 1)"
    [ -n "$target" ] || target=/var/crash
elif [ -r /etc/kdump.conf ]; then
    service=kdump
    target=$(sed -n 's/^path  *\([^ ]*\).*/\1/p' /etc/kdump.conf | tail -n 1)
    remote=$(sed -n 's/^\(nfs\|ssh\|raw\|ext[234]\|xfs\|btrfs\|virtiofs\)  *\(.*\)/\1 \2/p' /etc/kdump.conf | tail -n 1)
    say collector "$(sed -n 's/^core_collector  *\(.*\)/\1/p' /etc/kdump.conf | tail -n 1)"
    [ -n "$target" ] || target=/var/crash
elif [ -r /etc/sysconfig/kdump ] || [ -r /etc/kdump.conf.d ]; then
    service=kdump
    target=$(sed -n 's/^KDUMP_SAVEDIR=["'\'']\{0,1\}\([^"'\'' ]*\).*/\1/p' /etc/sysconfig/kdump 2> /dev/null | tail -n 1)
    case $target in
        file://*) target=${target#file://} ;;
        *://*) remote=$target target= ;;
        *) target=/var/crash ;;
    esac
    say collector "-d $(sed -n 's/^KDUMP_DUMPLEVEL=["'\'']\{0,1\}\([0-9]*\).*/\1/p' /etc/sysconfig/kdump 2> /dev/null | tail -n 1)"
fi
say service "$service"
say remote "$remote"
say target "$target"
if [ -n "$service" ] && command -v systemctl > /dev/null 2>&1; then say enabled "$(systemctl is-enabled "$service.service" 2> /dev/null)"; fi

# A folder that is not there yet is made on the file system of the nearest one that is.
folder=$target
while [ -n "$folder" ] && [ ! -d "$folder" ]; do folder=${folder%/*}; done
if [ -n "$target" ]; then say free "$(df -P -k "${folder:-/}" 2> /dev/null | awk 'NR == 2 { print $4 }')"; fi
echo end
