# What places the rules of this lab, in "firewall": iptables or nft. What the caller asked for stands there first, or nothing.
chosen='' asked=''

# uses_nft: true where it is nft
uses_nft() {
  [[ -n $chosen ]] || choose_firewall
  [[ $firewall == nft ]]
}

# choose_firewall: a lab keeps what it has. Else nft where there is no other tool, or where a chain drops that iptables does not
# reach.
choose_firewall() {
  chosen=1 asked=$firewall
  if kept_firewall; then
    end_listing
  elif [[ -z $asked ]]; then
    firewall=iptables
    if can_have_nft; then
      if lacks_iptables; then
        firewall=nft
      else
        look_nft
        # without a journal, what is there
        if ((${#nft_at[@]})); then
          firewall=nft
        elif [[ $mode != collect ]] && drops_by_nft; then
          firewall=nft
        fi
      fi
    fi
  fi
}

# kept_firewall: what the journal says, into "firewall"; false where it has no rules
kept_firewall() {
  recite
  if in_journal 'firewall nft'; then
    firewall=nft
  elif [[ $recited == *$'\n''undo ip'[t6]* ]]; then
    firewall=iptables
  else
    return 1
  fi
}

# note_firewall: the next run takes the same, also where all rules are in namespaces, which the host does not show
note_firewall() {
  if takes_rules && uses_nft && ! in_journal 'firewall nft'; then note 'firewall nft'; fi
}

# lacks_iptables: true where a tool that the plan takes is not there
lacks_iptables() {
  local tool
  for tool in iptables "${tools[@]}"; do
    [[ $tool != ip*tables ]] || command -v "$tool" >/dev/null || return 0
  done
  return 1
}

# find_firewall_faults: why the rules of a plan cannot be placed, into "faults"
find_firewall_faults() {
  local tool
  takes_rules || return 0
  if uses_nft; then
    ! drops_by_legacy ||
      faults+=('the legacy tables of iptables drop (iptables-legacy-save), and nft cannot let pass what they drop: choose iptables')
  else
    for tool in "${tools[@]}"; do
      [[ $tool != ip*tables ]] || command -v "$tool" >/dev/null ||
        faults+=("the tool $tool is missing, by which this lab has its rules: install the package iptables")
    done
  fi
  [[ -z $asked || $asked == "$firewall" ]] ||
    faults+=("this lab has its rules by $firewall, and not by $asked: take it down first")
}

# drops_by_legacy: true where the legacy tables have a policy or a rule that drops
drops_by_legacy() {
  local tool line lines
  for tool in "${tools[@]}"; do
    case $tool in
    iptables) is_loaded /proc/net/ip_tables_names || continue ;;
    ip6tables) is_loaded /proc/net/ip6_tables_names || continue ;;
    *) continue ;;
    esac
    if ! command -v "$tool-legacy-save" >/dev/null; then
      if ! command -v "$tool" >/dev/null || is_nft "$tool"; then continue; fi
      split "$("$tool-save" 2>/dev/null)"
    else
      split "$("$tool-legacy-save" 2>/dev/null)"
    fi
    for line in "${lines[@]}"; do
      case "$line " in
      *netloom:*) ;;
      ':'*' DROP '* | *' -j DROP '* | *' -j REJECT '* | *' -j NFQUEUE '*) return 0 ;;
      esac
    done
  done
  return 1
}
