# Asks the kernel for routes: it answers as it would for a packet, and changes nothing. From outside: mark, within.

# lane FD "NUMBER NAME" with a question a line below it...: one place after another; "-" is the host itself
lane() {
  local place lines said ask=(ip -j -d -N -force -batch -)
  for place in "${@:2}"; do
    lines=${place#*$'\n'} place=${place%%$'\n'*}
    printf '\n%s place %s\n\n%s answers\n' "$mark" "${place%% *}" "$mark"
    if [[ ${place#* } == - ]]; then
      said=$("${ask[@]}" 2>&1 >&"$1" <<<"$lines")
    else
      said=$(within "${place#* }" "${ask[@]}" 2>&1 >&"$1" <<<"$lines")
    fi
    printf '\n%s errors\n%s\n' "$mark" "$said"
  done >&"$1"
}
