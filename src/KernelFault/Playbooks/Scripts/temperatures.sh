# Temperatures that the kernel knows: a line a sensor, its name and thousandths of a degree Celsius, with a tab between.
for input in /sys/class/hwmon/hwmon*/temp*_input; do
    [ -r "$input" ] || continue
    read -r value < "$input" 2> /dev/null || continue
    folder=${input%/*}
    chip=
    label=
    [ -r "$folder/name" ] && read -r chip < "$folder/name"
    [ -r "${input%_input}_label" ] && read -r label < "${input%_input}_label"
    file=${input##*/}
    printf '%s %s\t%s\n' "${chip:-${folder##*/}}" "${label:-${file%_input}}" "$value"
done
for zone in /sys/class/thermal/thermal_zone*; do
    [ -r "$zone/temp" ] || continue
    read -r value < "$zone/temp" 2> /dev/null || continue
    name=${zone##*/}
    [ -r "$zone/type" ] && read -r name < "$zone/type"
    printf '%s\t%s\n' "$name" "$value"
done
exit 0
