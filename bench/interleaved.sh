# Times commands one after the other, round by round, so that a busy moment of the machine hits all of them alike.
# Usage (sourced): interleaved ROUNDS COMMAND... ; leaves the medians in milliseconds in the array MEDIANS.
interleaved() {
    local rounds=$1 start end round i command
    shift
    local -a times=()
    for ((round = -2; round < rounds; round++)); do
        i=0
        for command in "$@"; do
            start=$(date +%s%N)
            bash -c "exec $command" > /dev/null 2>&1 < /dev/null
            end=$(date +%s%N)
            # Two rounds to warm the file cache do not count.
            if ((round >= 0)); then
                times[i]+="$((end - start)) "
            fi
            i=$((i + 1))
        done
    done
    MEDIANS=()
    for ((i = 0; i < $#; i++)); do
        MEDIANS+=("$(tr ' ' '\n' <<< "${times[i]}" | grep . | sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.1f", m / 1e6 }')")
    done
}
