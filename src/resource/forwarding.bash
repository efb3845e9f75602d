# A setting that happens to be on is not this lab's: others may turn it off, unless the journal has the need.
seen_forwarding() { # FAMILY
  local setting along value
  setting_of "$1"
  REPLY=absent
  if read_setting "$setting" && [[ $value == 1 ]] && in_journal "need $setting 1"; then
    REPLY=present
  fi
}

fault_forwarding() { setting_fault "$1"; }
