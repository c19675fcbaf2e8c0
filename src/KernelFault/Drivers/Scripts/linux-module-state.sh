# Prints what a Linux knows of one module of its kernel: a line each, a key, a tab and what it says; 'end' is the last.
# Arguments: the module's name with underscores; 'initramfs' to look into the initramfs too, which takes some seconds.
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
name=$1
release=$(uname -r)
tree=/lib/modules/$release
# The kernel knows it with underscores; its file and what people write may have dashes.
pattern=$(printf %s "$name" | sed 's/_/[-_]/g')

row() { printf '%s\t%s\n' "$1" "$2"; }

# The modules of the drivers of a device and of what it hangs on.
drivers() {
    at=$(readlink -f "$2") || return 0
    while [ "${at#/sys/devices/}" != "$at" ]; do
        if [ -e "$at/driver/module" ]; then
            module=$(readlink -f "$at/driver/module")
            row "$1" "${module##*/}"
        fi
        at=${at%/*}
    done
}

block() {
    drivers root "$1"
    case $(readlink -f "$1") in
        */dm-*) row root dm_mod ;;
        */block/md*) row root md_mod ;;
    esac
    for slave in "$1"/slaves/*; do
        [ -e "$slave" ] && block "$slave"
    done
}

while read -r module _ count users _; do row module "$module $count $users"; done < /proc/modules
[ -d "/sys/module/$name" ] && row sysfs yes
grep -q "/$pattern\.ko" "$tree/modules.builtin" 2> /dev/null && row builtin yes
row file "$(modinfo -F filename "$name" 2> /dev/null | head -n 1)"
row version "$(modinfo -F version "$name" 2> /dev/null | head -n 1)"
grep ":.*/$pattern\.ko" "$tree/modules.dep" 2> /dev/null | head -n 20 | sed -e 's/:.*//' -e 's|.*/||' -e 's/\.ko.*//' | while read -r module; do row dependent "$module"; done

modprobe -c 2> /dev/null | grep -E "^(blacklist|install) $pattern( |\$)" | while read -r line; do row config "$line"; done
for file in /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /usr/local/lib/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf; do
    [ -f "$file" ] && grep -q -E "^[[:space:]]*(blacklist|install)[[:space:]]+$pattern([[:space:]]|\$)" "$file" && row configured "$file"
done
tr ' ' '\n' < /proc/cmdline | grep -E "^(module_blacklist|modprobe\.blacklist)=(.*,)?$pattern(,|\$)" | while read -r line; do row argument "$line"; done
for file in /etc/modules /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf; do
    [ -f "$file" ] && grep -q -E "^[[:space:]]*$pattern([[:space:]]|\$)" "$file" && row boot "$file"
done

for own in "/etc/modprobe.d/kernelfault-$name.conf" "/etc/dracut.conf.d/kernelfault-$name.conf"; do
    if [ -f "$own" ]; then
        row own "$own $(stat -c %Y "$own")"
        while IFS= read -r line; do row line "$line"; done < "$own"
    fi
done

root=$(sed -n 's/^[^ ]* [^ ]* \([^ ]*\) [^ ]* \/ .* - \([^ ]*\) \([^ ]*\) .*/\1 \2 \3/p' /proc/self/mountinfo | tail -n 1)
if [ -n "$root" ]; then
    # shellcheck disable=SC2086 # Three words.
    set -- $root "${2-}"
    row root "$2"
    if [ -e "/sys/dev/block/$1" ]; then block "/sys/dev/block/$1"
    elif [ -b "$3" ]; then
        device=$(readlink -f "$3")
        block "/sys/class/block/${device##*/}"
    fi
    shift 3
else
    shift
fi
for net in /sys/class/net/*; do
    [ -e "$net/device" ] && [ "$(cat "$net/operstate" 2> /dev/null)" != down ] && drivers network "$net/device"
done

if command -v update-initramfs > /dev/null 2>&1; then row tool update-initramfs
elif command -v dracut > /dev/null 2>&1; then row tool dracut
fi
if [ "${1-}" = initramfs ]; then
    for image in "/boot/initrd.img-$release" "/boot/initramfs-$release.img" "/boot/initrd-$release"; do
        [ -f "$image" ] || continue
        row image "$image $(stat -c %Y "$image")"
        if command -v lsinitramfs > /dev/null 2>&1; then list=$(lsinitramfs "$image" 2> /dev/null)
        else list=$(lsinitrd "$image" 2> /dev/null)
        fi
        if [ $? = 0 ] && [ -n "$list" ]; then
            row listed yes
            printf '%s\n' "$list" | grep -q -E "/$pattern\.ko(\.[a-z0-9]+)?\$" && row contained yes
        fi
        break
    done
fi
echo end
