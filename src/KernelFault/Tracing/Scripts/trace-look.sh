# Says what a Linux kernel lets one trace. Arguments: a regular expression for the names of functions in kallsyms, a word to look
# for when none is there, and tracepoints as system/name. Each line is a word, a tab and what it is about; the last line is "end".
LC_ALL=C
export LC_ALL
names=$1 word=$2
shift 2
for folder in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    if [ -d "$folder/events" ]; then
        printf 'folder\t%s\n' "$folder"
        [ -d "$folder/instances" ] && echo 'instances	yes'
        [ -w "$folder/kprobe_events" ] && echo 'kprobes	yes'
        for event; do
            [ -w "$folder/events/$event/enable" ] && printf 'tracepoint\t%s\n' "$event"
        done
        break
    fi
done
[ -r /sys/kernel/security/lockdown ] && printf 'lockdown\t%s\n' "$(cat /sys/kernel/security/lockdown)"
[ -r /sys/kernel/debug/kprobes/enabled ] && printf 'enabled\t%s\n' "$(cat /sys/kernel/debug/kprobes/enabled)"
# Taken apart here: they are megabytes, and over a network seconds.
found=$(grep -E "^[0-9a-fA-F]+ [tTwW] $names(	|\$)" /proc/kallsyms | head -n 64)
if [ -n "$found" ]; then
    printf '%s\n' "$found" | sed 's/^/symbol	/'
else
    grep -i -E "^[0-9a-fA-F]+ [tTwW] [A-Za-z0-9_.]*$word[A-Za-z0-9_.]*(	|\$)" /proc/kallsyms | head -n 12 | sed 's/^/like	/'
fi
[ -r /sys/kernel/debug/kprobes/blacklist ] && grep -E "	$names\$" /sys/kernel/debug/kprobes/blacklist | head -n 64 | sed 's/^/refused	/'
echo end
