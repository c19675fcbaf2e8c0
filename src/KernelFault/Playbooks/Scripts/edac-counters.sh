# Errors of memory since the start: a line a memory controller, its name, corrected and uncorrected errors, with tabs between.
for controller in /sys/devices/system/edac/mc/mc[0-9]*; do
    [ -r "$controller/ce_count" ] || continue
    read -r ce < "$controller/ce_count" || continue
    read -r ue < "$controller/ue_count" || ue=0
    printf '%s\t%s\t%s\n' "${controller##*/}" "$ce" "$ue"
done
exit 0
