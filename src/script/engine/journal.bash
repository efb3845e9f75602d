# The journal of a lab, in /run/netloom/<lab>/journal, a line of plain words for each thing:
#   netloom-journal 1 LAB GROUP     the first line
#   begin PID                       a run begins; "end" when it is complete
#   undo COMMAND...                 written before the step that it takes back
#   need SETTING VALUE              this lab needs a shared setting
#   was SETTING VALUE               the value that was found before it was changed
#   table TOOL                      the nft table of TOOL was not there before this lab
readonly root=/run/netloom
readonly dir=$root/$lab
readonly journal=$dir/journal
declare -A journaled=()
journal_lines=() run_lines=()

read_journal() {
  local line
  journal_lines=() journaled=()
  [[ -f $journal ]] || return 0
  mapfile -t journal_lines <"$journal"
  if ((${#journal_lines[@]})) && [[ ${journal_lines[0]} != "netloom-journal 1 "* ]]; then
    complain "$journal was written by another version; take the lab down with that one"
    exit 1
  fi
  for line in "${journal_lines[@]}"; do journaled[$line]=1; done
}

note() {
  (($#)) || return 0
  printf '%s\n' "$@" >>"$journal"
  run_lines+=("$@")
}

begin_run() {
  mkdir -p "$root"
  [[ -d $dir ]] || mkdir -m 0700 "$dir"
  [[ -s $journal ]] || printf 'netloom-journal 1 %s %s\n' "$lab" "$group" >>"$journal"
  printf 'begin %s\n' "$$" >>"$journal"
  run_lines=()
}

end_run() {
  printf 'end\n' >>"$journal"
  run_lines=()
}

# leave_journal LINE...: the journal holds these lines from now on; with none it is gone
leave_journal() {
  if (($#)); then
    printf '%s\n' "$@" >"$journal.new"
    mv -f "$journal.new" "$journal"
  else
    rm -rf "$dir"
    rmdir "$root" 2>/dev/null || true
  fi
}

# unended_lines: what the last run wrote that did not end, into "run_lines", and what stood before it into
# "journal_lines"
split_last_run() {
  local i
  for ((i = ${#journal_lines[@]} - 1; i >= 0; i--)); do
    [[ ${journal_lines[i]} != end ]] || return 0
    [[ ${journal_lines[i]} == 'begin '* ]] || continue
    run_lines=("${journal_lines[@]:i+1}")
    journal_lines=("${journal_lines[@]:0:i}")
    return 0
  done
}

# heir_of LINE-PATTERN: another lab whose journal has such a line, into "heir"
heir_of() {
  local other line
  heir=
  for other in "$root"/*/journal; do
    [[ -f $other && $other != "$journal" ]] || continue
    while read -r line; do
      # shellcheck disable=SC2053 # a pattern
      if [[ $line == $1 ]]; then
        heir=$other
        return 0
      fi
    done <"$other"
  done
  return 1
}

# bequeath FILE LINE...: lines that another lab's journal must have from now on
bequeath() {
  local file=$1 line have=$'\n'
  shift
  while read -r line; do have+=$line$'\n'; done <"$file"
  for line; do
    [[ $have == *$'\n'"${line% *} "* ]] || printf '%s\n' "$line" >>"$file"
  done
}
