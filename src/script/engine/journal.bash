# The journal of a lab, in <root>/<lab>/journal, a line of plain words for each thing:
#   netloom-journal 1 LAB GROUP     the first line
#   folder                          <root> was not there before
#   begin PID SECONDS               a program begins a run, at this time; "end" when the run is complete
#   undo COMMAND...                 written before the step that it takes back
#   need SETTING VALUE              this lab needs a shared setting
#   was SETTING VALUE               the value that was found before it was changed
#   restoring SETTING               down has begun to put it back
#   made FOLDER                     /etc/netns or a folder in it was not there before
#   found FILE                      one was there before, and is set aside
#   firewall nft                    rules of this lab are placed by nft
#   firewall iptables               and in chains of iptables by that
#   table TOOL, chain TOOL          the nft table of TOOL, or its chain FORWARD, was not there before this lab
readonly dir=$root/$lab
readonly journal=$dir/journal
declare -A journaled=()
# "recited" is the text of what was read, "noted" of what was written since
journal_lines=() run_lines=() torn=0 recalled=0 questions=0 recited='' noted=$'\n'

read_journal() {
  local last
  journal_lines=() journaled=() torn=0 recalled=0 questions=0 recited='' noted=$'\n'
  [[ -f $journal ]] || return 0
  mapfile -t journal_lines <"$journal"
  ((${#journal_lines[@]})) || return 0
  # A line without its end was cut off while it was written: what it announces did not come to be.
  mapfile -s $((${#journal_lines[@]} - 1)) last <"$journal"
  if [[ ${last[0]:-} == *$'\n' ]]; then
    journal_lines[-1]=${last[0]%$'\n'}
  else
    torn=1
    unset 'journal_lines[-1]'
  fi
  if ((${#journal_lines[@]})) && [[ ${journal_lines[0]} != "netloom-journal 1 "* ]]; then
    complain "$journal was written by another version; take the lab down with that one"
    exit 1
  fi
}

# in_journal LINE: true where it has this line. Some questions take less time than to remember every line.
in_journal() {
  if ((recalled == 0 && ++questions < 10)); then
    recite
    [[ $recited == *$'\n'"$1"$'\n'* || $noted == *$'\n'"$1"$'\n'* ]]
    return
  fi
  recall
  [[ -n ${journaled[$1]:-} ]]
}

recite() {
  local IFS=$'\n'
  [[ -n $recited ]] || recited=$'\n'"${journal_lines[*]}"$'\n'
}

recall() {
  local line lines
  ((recalled == 0)) || return 0
  recalled=1
  recite
  split "$noted"
  for line in "${journal_lines[@]}" "${lines[@]}"; do journaled[${line:-none}]=1; done
}

remember() { # LINES
  local line lines
  noted+=$1$'\n'
  ((recalled)) || return 0
  split "$1"
  for line in "${lines[@]}"; do journaled[$line]=1; done
}

# note LINE...: false where they could not be written; then what they announce must not come to be
note() {
  local IFS=$'\n'
  (($# == 0)) || note_text "$*"
}

# note_text LINES: the same of one text: many lines take less time so
note_text() {
  local lines
  printf '%s\n' "$1" >>"$journal" || return
  remember "$1"
  split "$1"
  run_lines+=("${lines[@]}")
}

begin_run() {
  local first=()
  run_lines=()
  [[ -d $root ]] || first=(folder)
  # shellcheck disable=SC2174 # the mode is meant for the deepest alone
  [[ -d $dir ]] || mkdir -p -m 0700 "$dir" || return
  if ((torn && ${#journal_lines[@]})); then
    leave_journal "${journal_lines[@]}" || return
  elif ((torn)); then
    : >"$journal" || return
  fi
  if [[ ! -s $journal ]]; then
    printf '%s\n' "netloom-journal 1 $lab $group" "${first[@]}" >>"$journal" || return
    ((${#first[@]} == 0)) || remember folder
  fi
  printf 'begin %s %(%s)T\n' "$owner" -1 >>"$journal" || return
  note_firewall || return
  remove_dead
}

end_run() {
  lead_flows
  printf 'end\n' >>"$journal"
  run_lines=()
}

# leave_journal LINE...: the journal holds these lines from now on; with none, nothing is left of it
leave_journal() {
  if (($#)); then
    printf '%s\n' "$@" >"$journal.new" || return
    mv -f "$journal.new" "$journal" || return
    return 0
  fi
  if heir_of 'begin *' && in_journal folder; then bequeath "$heir" folder; fi
  remove_folder
}

# remove_folder: the lab's folder, and the one above where it is empty and ours: one that the caller had before stays
remove_folder() {
  local folders=("$dir")
  [[ -d $dir ]] || folders=()
  if [[ $root == /run/netloom ]] || in_journal folder; then folders+=("$root"); fi
  ((${#folders[@]})) || return 0
  # in one process; what it says of a folder with other labs is no error
  rm -fd "$dir"/* "${folders[@]}" 2>/dev/null || true
  [[ -d $dir ]] || return 0
  # what was kept of files, behind the journal that speaks of it
  rm -rf "$dir"
  rm -fd "${folders[@]}" 2>/dev/null || true
}

# split_last_run [own]: what the last run wrote, into "run_lines", and what stood before it into "journal_lines".
# A run that ended is only taken apart by the one whose own it was.
split_last_run() {
  local i
  recall
  for ((i = ${#journal_lines[@]} - 1; i >= 0; i--)); do
    [[ ${journal_lines[i]} != end || -n ${1:-} ]] || return 0
    [[ ${journal_lines[i]} == 'begin '* ]] || continue
    [[ ${journal_lines[i]} == "begin $owner "* ]] || return 0
    run_lines=("${journal_lines[@]:i+1}")
    journal_lines=("${journal_lines[@]:0:i}")
    # the first lines alone are no journal
    [[ ${journal_lines[-1]} != netloom-journal* && ${journal_lines[-1]} != folder ]] || journal_lines=()
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

# bequeath FILE LINE...: lines that another lab's journal must have from now on. A value that was found earlier
# stands. What was cut off at its end goes, so that these lines are lines.
bequeath() {
  local file=$1 line known have=$'\n' lines=()
  shift
  mapfile lines <"$file"
  if ((${#lines[@]})) && [[ ${lines[-1]} != *$'\n' ]]; then
    unset 'lines[-1]'
    printf '%s' "${lines[@]}" >"$file.new"
    mv -f "$file.new" "$file"
  fi
  for line in "${lines[@]%$'\n'}"; do have+="$line "$'\n'; done
  for line; do
    known=$line
    [[ $line != 'was '* ]] || known=${line% *}
    [[ $have == *$'\n'"$known "* ]] || printf '%s\n' "$line" >>"$file"
  done
}

# whose LINE: the lab whose journal has this line, into "lab_of"
whose() {
  local heir
  lab_of=
  heir_of "$1" || return 1
  lab_of=${heir%/journal}
  lab_of=${lab_of##*/}
}
