# Read by each bash of the SDK, by BASH_ENV: a write of a setting is made by no tool, and can be struck here. That
# the SDK tries whether a setting can be written at all, with the value that it has, is no change.
# shellcheck disable=SC2059 # a printf that passes its words on
printf() {
  local code=0 file=/proc/$BASHPID/fd/1
  if [[ ${FUNCNAME[1]:-} != write_setting || ${FUNCNAME[2]:-} == setting_fault || $PATH != "$STRIKE/bin:"* ]]; then
    builtin printf "$@"
    return
  fi
  # standard output is the setting
  bash "$STRIKE/strike.bash" setting "${FUNCNAME[2]}" "$(readlink "$file")" >/dev/null || code=$?
  case $code in
  0) builtin printf "$@" ;;
  7)
    builtin printf "$@"
    bash "$STRIKE/strike.bash" kill >/dev/null
    ;;
  *) return 1 ;;
  esac
}
