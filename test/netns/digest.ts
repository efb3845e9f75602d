/** The headings of a digest. */
export type DigestPart =
  | 'links'
  | 'addresses'
  | 'routes'
  | 'rules'
  | 'neighbours'
  | 'namespaces'
  | 'filters'
  | 'settings'
  | 'files'
  | 'processes'

/**
 * Looking must not change what is there: the legacy tool loads its table when it is asked, so it is asked only
 * where the table is. Processes of the look itself stand under the shell that runs it, and are left out.
 */
export const digestProgram = `
tries=0
while [[ -n $(ip -6 addr show tentative; for n in /run/netns/*; do ip -n "\${n##*/}" -6 addr show tentative 2>/dev/null; done) ]]; do
  ((tries += 1)); ((tries < 100)) || { echo 'addresses stay tentative' >&2; exit 1; }
  sleep 0.05
done
look() {
  local at=() name=$1
  [[ $name == - ]] || at=(-n "$name")
  echo "#links $name"; ip "\${at[@]}" -d -o link show
  echo "#addresses $name"; ip "\${at[@]}" -o addr show
  echo "#routes $name"; ip "\${at[@]}" -N -d -4 route show table all; ip "\${at[@]}" -N -d -6 route show table all
  echo "#rules $name"; ip "\${at[@]}" -4 rule; ip "\${at[@]}" -6 rule
  echo "#neighbours $name"; ip "\${at[@]}" neigh show nud permanent; ip "\${at[@]}" neigh show proxy
}
look -
for file in /run/netns/*; do
  [[ -e $file ]] || continue
  echo "#namespaces $(stat -fc '%n %T' "$file") $(stat -Lc %i "$file")"
  [[ $(stat -fc %T "$file") != nsfs ]] || look "\${file##*/}"
done
echo '#filters nft'; nft -s list ruleset
[[ ! -s /proc/net/ip_tables_names ]] || iptables-legacy-save | grep -v '^#' | sed 's/ \\[.*//'
[[ ! -s /proc/net/ip6_tables_names ]] || ip6tables-legacy-save | grep -v '^#' | sed 's/ \\[.*//'
echo '#settings'; grep -rHs '' /proc/sys/net | grep -v nf_conntrack_count | LC_ALL=C sort
echo '#files'; find /run/netloom -printf '%p %y %m\\n' 2>/dev/null | sort
echo '#processes'
for file in /proc/[0-9]*/stat; do
  { read -r line <"$file"; } 2>/dev/null || continue
  name=\${line#*(}
  [[ \${line%% *} == "$BASHPID" ]] || echo "\${name%)*}"
done
`

/** Numbers that the kernel gives anew each time are left out: of interfaces, and of namespaces seen from others. */
const VOLATILE: readonly [RegExp, string][] = [
  [/^\d+: /gm, ''],
  [/@if\d+/g, '@peer'],
  [/ link-netnsid \d+/g, ''],
]

/** A digest without the parts that a test does not compare. */
export function digestOf(text: string, without: readonly DigestPart[]): string {
  const stable = VOLATILE.reduce((rest, [what, by]) => rest.replace(what, by), text)
  return stable
    .split(/^(?=#)/m)
    .filter((part) => !without.some((name) => part.startsWith(`#${name}`)))
    .join('')
}
