# Says how settings of the kernel are now and will be after a restart. Arguments: files below /proc/sys and /sys to read.
# Each line is a word, a tab and what it is about; the last line is "end".
LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
for path in "$@"; do
    [ -r "$path" ] && printf 'now\t%s\t%s\n' "$path" "$(head -c 4096 "$path" 2> /dev/null | tr '\t\n' '  ')"
done
printf 'cmdline\t%s\n' "$(head -c 65536 /proc/cmdline | tr '\t\n' '  ')"

# Files of a folder hide those of the same name in folders below it; the last assignment counts (sysctl.d(5)).
for folder in /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
    for file in "$folder"/*.conf; do
        [ -r "$file" ] && printf '%s\t%s\n' "${file##*/}" "$file"
    done
done | sort -s -u -t '	' -k 1,1 | cut -f 2 | while IFS= read -r file; do
    sed -n 's/^[[:space:]]*-\{0,1\}\([A-Za-z0-9_.\/]*\)[[:space:]]*=[[:space:]]*\(.*\)$/\1\t\2/p' "$file" | head -n 2000 | while IFS= read -r line; do
        printf 'conf\t%s\t%s\n' "$file" "$line"
    done
done

if command -v update-grub > /dev/null 2>&1 && [ -d /etc/default/grub.d ]; then echo 'loader	grub.d'
elif command -v grubby > /dev/null 2>&1; then
    echo 'loader	grubby'
    printf 'arguments\t%s\n' "$(grubby --info=DEFAULT 2> /dev/null | sed -n 's/^args="\(.*\)"$/\1/p' | head -n 1)"
else echo 'loader	none'
fi
[ -r /etc/default/grub.d/zz-kernelfault.cfg ] && head -c 65536 /etc/default/grub.d/zz-kernelfault.cfg | sed 's/^/boot	/'
[ -r /var/lib/kernelfault/settings.json ] && head -c 65536 /var/lib/kernelfault/settings.json | sed 's/^/state	/'
echo end
